import pc from 'picocolors';
import type { GenerateOptions, Pipeline, Sample } from '../../index.ts';
import { print } from './outlet.ts';

/** Prints samples as their tokens come, a line each, in their order: the first that is not finished streams, later ones wait. */
const streamSamples = async (pipeline: Pipeline, ask: GenerateOptions): Promise<void> => {
  const held = new Map<number, { text: string; ended: boolean }>();
  let current = 0;
  let begun = false;
  for await (const { index, raw, ended } of pipeline.stream(ask)) {
    const sample = held.get(index) ?? { text: spell(pipeline.tools.beginning(ask, index)), ended: false };
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

/** Prints samples: text as its tokens come; of pictures a preview, on a terminal, and where they were written. */
export const showSamples = async (pipeline: Pipeline, ask: GenerateOptions): Promise<void> => {
  const { columns = 80, isTTY } = process.stdout;
  const shown = await pipeline.tools.show(ask, { columns, colours: pc.isColorSupported });
  if (!shown) return streamSamples(pipeline, ask);
  await print(`${isTTY ? `${shown.preview}\n` : ''}  ${shown.path}\n`);
};

/** All samples, for a machine: of pictures, the file they are in. */
export const collectSamples = async (pipeline: Pipeline, ask: GenerateOptions): Promise<object[] | string> => {
  const shown = await pipeline.tools.show(ask, { columns: 0, colours: false });
  if (shown) return shown.path;
  const all: object[] = [];
  for await (const sample of pipeline.samples(ask)) all.push(sampleAsJson(sample));
  return all;
};

const sampleAsJson = ({ raw, row, ended, stop, usage, logprobs }: Sample): object => ({
  text: raw,
  tokens: row.tokens.length,
  ended,
  ...(stop !== undefined && { stop }),
  usage,
  ...(logprobs && { logprobs }),
});
