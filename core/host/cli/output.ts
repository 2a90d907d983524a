import { once } from 'node:events';
import type { Ask, Pipeline, Sample } from '../../index.ts';

/** Writes to stdout as slowly as its reader reads. */
export const print = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
};

/** Prints samples as their tokens come, a line each, in their order: the first that is not finished streams, later ones wait. */
export const streamSamples = async (pipeline: Pipeline, ask: Ask): Promise<void> => {
  const held = new Map<number, { text: string; ended: boolean }>();
  let current = 0;
  let begun = false;
  for await (const { index, raw, ended } of pipeline.stream(ask)) {
    const sample = held.get(index) ?? { text: spell(pipeline.beginning(ask, index)), ended: false };
    sample.text += spell(raw);
    sample.ended = ended !== undefined;
    held.set(index, sample);
    for (let first = held.get(current); first; first = held.get(current)) {
      await print(`${begun ? '' : '  '}${first.text}`);
      begun = true;
      first.text = '';
      if (!first.ended) break;
      await print('\n');
      held.delete(current++);
      begun = false;
    }
  }
};

const spell = (raw: unknown): string => (typeof raw === 'string' ? raw : raw === undefined ? '' : JSON.stringify(raw));

/** All samples, for a machine. */
export const collectSamples = async (pipeline: Pipeline, ask: Ask): Promise<object[]> => {
  const all: object[] = [];
  for await (const { raw, row, ended } of pipeline.samples(ask)) all.push(sampleAsJson({ raw, row, ended }));
  return all;
};

const sampleAsJson = ({ raw, row, ended }: Pick<Sample, 'raw' | 'row' | 'ended'>): object => ({
  text: raw,
  tokens: row.tokens.length,
  ended,
});
