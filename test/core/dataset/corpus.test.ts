import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { complete, makeCorpus } from '../../../core/dataset/corpus.ts';
import { Dataset } from '../../../core/dataset/dataset.ts';
import { loadPlugins, type RawItem, type Tokenizer } from '../../../core/index.ts';
import { StageContainer } from '../../../core/plugin/container.ts';
import { workplace } from '../pipeline/workplace.ts';

const letters: Tokenizer<string> = {
  vocabulary: 28,
  fingerprint: 'letters',
  start: 26,
  stop: 27,
  tokenize: (raw) => Int32Array.from(raw, (c) => c.charCodeAt(0) - 97),
  detokenize: (tokens) => String.fromCharCode(...[...tokens].map((id) => id + 97)),
};
const definition = { kind: 'tokenizer' as const, name: 'characters', makes: {} };
const tokenize = { name: 'characters', plugin: { name: 'x', contract: 2, about: '', stages: [] } as const, definition, settings: {} };

const dataOf = async (base: string, data: object) => {
  const registry = await loadPlugins({ base });
  return Dataset.open(
    { data: { rows: 'lines', valid: 0.1, ...data } as never, base, read: undefined, tokenize, seed: 0 },
    registry,
    new StageContainer(),
  );
};
const all = async (items: AsyncIterable<RawItem>): Promise<unknown[]> => {
  const out: unknown[] = [];
  for await (const { raw } of items) out.push(raw);
  return out;
};

describe('data', () => {
  test('holds out a share, a count, or files', async () => {
    const base = await workplace({ 'a.txt': 'a\nb\nc\n', 'b.txt.gz': gzipSync('d\ne\n'), 'c.txt': 'x\n' });
    const share = await dataOf(base, { train: ['a.txt', '*.gz'], valid: 0.4 });
    expect([await all(share.train()), await all(share.valid())]).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
    const count = await dataOf(base, { train: ['a.txt'], valid: 1 });
    expect([await all(count.train()), await all(count.valid())]).toEqual([['a', 'b'], ['c']]);
    const files = await dataOf(base, { train: ['a.txt'], valid: ['c.txt'] });
    expect([await all(files.train()), await all(files.valid())]).toEqual([['a', 'b', 'c'], ['x']]);
    const none = await dataOf(base, { train: ['a.txt'], valid: 0 });
    expect([await all(none.train()), await all(none.valid())]).toEqual([['a', 'b', 'c'], []]);
  });

  test('draws held-out rows by the seed, every row once', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => String(i));
    const base = await workplace({ 'a.txt': rows.join('\n') });
    const data = await dataOf(base, { train: ['a.txt'], valid: 0.1, shuffle: true });
    const [train, valid] = [await all(data.train()), await all(data.valid())];
    expect(valid).toHaveLength(20);
    expect([...train, ...valid].sort()).toEqual([...rows].sort());
    expect(valid).not.toEqual(rows.slice(180));
    expect(await all((await dataOf(base, { train: ['a.txt'], valid: 20, shuffle: true })).valid())).toEqual(valid);
  });

  test('cuts a document after the line in which the border falls', async () => {
    const base = await workplace({ 'a.txt': 'one\ntwo\nthree\nfour\n' });
    const data = await dataOf(base, { train: ['a.txt'], valid: 0.5, rows: 'document' });
    expect([await all(data.train()), await all(data.valid())]).toEqual([['one\ntwo\nthree\n'], ['four\n']]);
  });

  test('has a fingerprint of contents and splits, not of names', async () => {
    const base = await workplace({ 'a.txt': 'a\nb\n', 'same.txt': 'a\nb\n', 'c.txt': 'a\nc\n' });
    const print = async (data: object) => (await dataOf(base, data)).fingerprint();
    const first = await print({ train: ['a.txt'] });
    expect(await print({ train: ['same.txt'] })).toBe(first);
    const others = [
      await print({ train: ['c.txt'] }),
      await print({ train: ['a.txt'], valid: 1 }),
      await print({ train: ['a.txt'], rows: 'document' }),
      await print({ train: ['a.txt', 'same.txt'] }),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
  });

  test.each([
    ['no.txt', 'DATA_MISSING'],
    ['*.none', 'DATA_MISSING'],
    ['.', 'DATA_IS_DIRECTORY'],
  ])('refuses %s', async (pattern, code) => {
    const base = await workplace();
    await expect(dataOf(base, { train: [pattern] })).rejects.toMatchObject({ code });
  });
});

describe('a corpus', () => {
  const items = (n: number) =>
    async function* (): AsyncGenerator<RawItem> {
      for (let i = 0; i < n; i++) yield { raw: String.fromCharCode(97 + i).repeat(i + 1), given: 'z' };
    };
  const batches = async (corpus: Awaited<ReturnType<typeof makeCorpus>>, how: Parameters<typeof corpus.read>[0], most: number) => {
    const out: string[][] = [];
    for await (const batch of corpus.read(how)) {
      out.push(batch.map(({ tokens }) => letters.detokenize(tokens.subarray(1, -1))));
      if (out.length === most) break;
    }
    return out;
  };

  test('completes rows with start, stop and what they are conditioned on', async () => {
    expect([...complete(letters, Int32Array.of(1, 2))]).toEqual([26, 1, 2, 27]);
    expect([...complete({}, Int32Array.of(1, 2))]).toEqual([1, 2]);
    const corpus = await makeCorpus(items(2), letters, 0);
    for await (const [row] of corpus.read({ batch: 2 })) expect([...row!.given!]).toEqual([25]);
  });

  test('in order streams once; skipping leaves out whole batches', async () => {
    const corpus = await makeCorpus(items(5), letters, 0);
    expect(corpus.rows).toBe(5);
    expect(await batches(corpus, { batch: 2 }, 9)).toEqual([['a', 'bb'], ['ccc', 'dddd'], ['eeeee']]);
    expect(await batches(corpus, { batch: 2, skip: 1 }, 9)).toEqual([['ccc', 'dddd'], ['eeeee']]);
  });

  test('shuffled, every pass has every row once, in an order of its own that the seed alone decides; skipping goes on where it was', async () => {
    const corpus = await makeCorpus(items(7), letters, 3);
    const twelve = await batches(corpus, { batch: 3, shuffle: true }, 14);
    const flat = twelve.flat();
    const passes = [0, 1, 2, 3, 4, 5].map((pass) => flat.slice(pass * 7, pass * 7 + 7));
    for (const pass of passes) expect([...pass].sort()).toEqual(['a', 'bb', 'ccc', 'dddd', 'eeeee', 'ffffff', 'ggggggg']);
    expect(new Set(passes.map(String)).size).toBeGreaterThan(4);
    expect(await batches(await makeCorpus(items(7), letters, 3), { batch: 3, shuffle: true, skip: 5 }, 3)).toEqual(twelve.slice(5, 8));
    expect(await batches(await makeCorpus(items(7), letters, 4), { batch: 3, shuffle: true }, 14)).not.toEqual(twelve);
  });

  test('shuffled, a tokenizer that draws draws each row anew at every pass, by the seed, the pass and the row alone', async () => {
    const coin: Tokenizer<string> = {
      ...letters,
      draws: true,
      tokenize: (raw, random) => letters.tokenize(random ? raw + String.fromCharCode(97 + Math.floor(random() * 26)).repeat(2) : raw),
    };
    const corpus = await makeCorpus(items(7), coin, 3);
    const drawn = (await batches(corpus, { batch: 7, shuffle: true }, 8)).flat();
    for (const letter of 'abcdefg') {
      const ends = drawn.filter((row) => row.startsWith(letter)).map((row) => row.slice(-1));
      expect(ends).toHaveLength(8);
      expect(new Set(ends).size).toBeGreaterThan(2);
    }
    const again = await makeCorpus(items(7), coin, 3);
    expect((await batches(again, { batch: 7, shuffle: true, skip: 5 }, 3)).flat()).toEqual(drawn.slice(35));
    expect(await batches(corpus, { batch: 7 }, 1)).toEqual([['a', 'bb', 'ccc', 'dddd', 'eeeee', 'ffffff', 'ggggggg']]);
  });
});
