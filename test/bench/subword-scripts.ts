import { toUSVString } from 'node:util';
import { Engine } from '../../plugins/subword/engine/engine.ts';
import { GrowingRow } from '../../plugins/subword/engine/growing-row.ts';
import { open } from '../../plugins/subword/files/open.ts';
import { scripts } from '../plugins/subword/scripts.ts';
import { tokenizerFile } from '../plugins/subword/texts.ts';

const LENGTH = 80_000;
/** Seconds below which twice as much is not measured. */
const WORTH = 0.05;
const names = ['gpt2', 'roberta-base', 'bert-base-uncased', 'bert-base-cased', 't5-small', 'falcon', 'clip', 'cl100k_base'];

/** Seconds of this process, which others on the machine do not lengthen. */
const seconds = (run: () => void): number => {
  const begin = process.cpuUsage();
  run();
  return process.cpuUsage(begin).user / 1e6;
};

/** 80,000 characters of every script through every tokenizer: the slowest, and where twice the text takes the most times as long. */
export const everyScript = (of: readonly string[] = names): Record<string, string> =>
  Object.fromEntries(of.flatMap((name) => Object.entries(ofOne(name))));

const ofOne = (name: string): Record<string, string> => {
  const { compiled } = open(tokenizerFile(name));
  const engine = new Engine(compiled);
  const slowest: Record<string, [number, string]> = {};
  const steepest: Record<string, [number, string]> = {};
  const keep = (best: Record<string, [number, string]>, way: string, value: number, script: string): void => {
    if (value > (best[way]?.[0] ?? 0)) best[way] = [value, script];
  };
  for (const [script, make] of Object.entries(scripts)) {
    const twice = toUSVString(make(2 * LENGTH));
    const once = toUSVString(twice.slice(0, LENGTH));
    const [more, some] = [engine.tokenize(twice), engine.tokenize(once)];
    const ways: Readonly<Record<string, (text: string) => void>> = {
      encode: (text) => new Engine(compiled).tokenize(text),
      'encode with spans': (text) => engine.locate(text),
      decode: (text) => engine.detokenize(text === once ? some : more),
      'decode id by id': (text) => {
        const row = new GrowingRow(engine);
        for (const id of text === once ? some : more) row.push(Int32Array.of(id));
        row.end();
      },
    };
    for (const [way, run] of Object.entries(ways)) {
      const one = seconds(() => run(once));
      keep(slowest, way, one, script);
      if (one < WORTH) continue;
      const [again, two, twoAgain] = [once, twice, twice].map((text) => seconds(() => run(text))) as [number, number, number];
      keep(steepest, way, Math.min(two, twoAgain) / Math.min(one, again), script);
    }
  }
  const told = ([value, script]: [number, string], unit: string): string => `${value.toFixed(2)}${unit} (${script})`;
  return Object.fromEntries(
    Object.keys(slowest).map((way) => [
      `${name}, ${way} 80,000 characters`,
      `at most ${told(slowest[way]!, ' s')}${steepest[way] ? `, twice as much at most ${told(steepest[way]!, '×')}` : ''}`,
    ]),
  );
};
