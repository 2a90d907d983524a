import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toUSVString } from 'node:util';
import { lastValueFrom } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../plugins/subword/engine/engine.ts';
import { GrowingRow } from '../../../plugins/subword/engine/growing-row.ts';
import { open } from '../../../plugins/subword/files/open.ts';
import { learning } from './learning.ts';
import { scripts } from './scripts.ts';
import { absent, readText, tokenizerFile, why } from './texts.ts';

const folder = await mkdtemp(join(tmpdir(), 'linear-'));
afterAll(() => rm(folder, { recursive: true }));

const LENGTH = 3000;
const whole = (text: string): number => text.length;
const counted = {
  charCodeAt: () => 1,
  codePointAt: () => 1,
  slice: (_text: string, made: unknown) => (made as string).length,
  normalize: whole,
  replaceAll: whole,
  toLowerCase: whole,
} as const;

/** How many units of text are looked at while `run` runs. */
const work = (run: () => void): number => {
  let units = 0;
  const prototype = String.prototype as unknown as Record<string, (...of: unknown[]) => unknown>;
  const own = Object.keys(counted).map((name) => [name, prototype[name]!] as const);
  for (const [name, was] of own) {
    const cost = counted[name as keyof typeof counted];
    prototype[name] = function (this: string, ...of: unknown[]) {
      const made = was.apply(this, of);
      units += cost(this, made);
      return made;
    };
  }
  try {
    run();
  } finally {
    for (const [name, was] of own) prototype[name] = was;
  }
  return units;
};

const trained = async (use: string, settings: Readonly<Record<string, unknown>>): Promise<Engine> => {
  const tokenizer = learning(use, { vocabulary: 600, ...settings });
  async function* lines(): AsyncGenerator<string> {
    yield* readText('plays', 20_000).split(/(?<=\n)/);
  }
  await lastValueFrom(tokenizer.fit(lines()));
  return tokenizer.engine;
};

/** What takes more than in line with the text, told as its script and its work on one text and on twice as much. */
const beyond = (engine: Engine): readonly string[] =>
  Object.entries(scripts).flatMap(([script, make]) => {
    const text = toUSVString(make(2 * LENGTH));
    const half = toUSVString(text.slice(0, LENGTH));
    const [all, some] = [text, half].map((one) => engine.tokenize(one, 'all')) as [Int32Array, Int32Array];
    const ways: Readonly<Record<string, (one: string) => void>> = {
      tokenize: (one) => new Engine(engine.compiled).tokenize(one),
      locate: (one) => engine.locate(one),
      detokenize: (one) => engine.detokenize(one === text ? all : some),
      growing: (one) => {
        const row = new GrowingRow(engine);
        for (const id of one === text ? all : some) row.push(Int32Array.of(id));
        row.end();
      },
    };
    return Object.entries(ways).flatMap(([way, run]) => {
      run(text);
      const [once, twice] = [work(() => run(half)), work(() => run(text))];
      return twice > 2.6 * once + 5000 ? [`${way} ${script}: ${once}, ${twice}`] : [];
    });
  });

describe.skipIf(absent)(`the work on a text is in line with its length${why}`, () => {
  it.each(['bert-base-uncased', 't5-small', 'clip', 'roberta-base', 'falcon', 'cl100k_base'])('%s', { timeout: 120_000 }, (name) => {
    expect(beyond(new Engine(open(tokenizerFile(name)).compiled))).toEqual([]);
  });

  it.each(['bert-base-uncased', 'clip', 't5-small'])('%s: 80,000 marks take less than a second, with spans or without', (name) => {
    const engine = new Engine(open(tokenizerFile(name)).compiled);
    const text = '\u0315\u0316'.repeat(40_000);
    for (const run of [() => engine.tokenize(text), () => engine.locate(text)]) {
      const begin = process.cpuUsage();
      run();
      expect(process.cpuUsage(begin).user).toBeLessThan(1e6);
    }
  });

  it.each([
    ['bpe', { pretokenizer: 'none' }],
    ['bpe', { pretokenizer: 'o200k', normalizer: 'nfkc' }],
    ['bpe', { alphabet: 'characters' }],
    ['wordpiece', { normalizer: 'bert_uncased' }],
    ['unigram', { pretokenizer: 'none', normalizer: 'nfd' }],
    ['unigram', { byte_fallback: false }],
  ] as const)('%s %j', { timeout: 120_000 }, async (use, settings) => {
    expect(beyond(await trained(use, settings))).toEqual([]);
  });
});
