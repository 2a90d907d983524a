import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open } from '../../../core/index.ts';
import { byteTokenizer, idOf, letters, type Script, scripted } from './scripted.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'transformer-endings-'));
});
afterAll(() => rm(home, { recursive: true }));

const [STOP, END, TWO, PAD] = [idOf('</s>'), idOf('<end>'), idOf('<two>'), idOf('<pad>')];
const X = 120;

/** After “abc” come `ids`, one after the other, and then “xyz” and ids that always end. */
const saying = (...ids: readonly number[]): Record<number, number> => {
  const way = [99, ...ids, X];
  return { ...letters('abc'), ...Object.fromEntries(way.slice(0, -1).map((id, at) => [id, way[at + 1]!])), ...letters('xyz'), 122: STOP };
};

const generated = async (folder: string, more: object = {}) => {
  await using pipeline = await open(folder);
  for await (const { raw, row, ended, stop } of pipeline.samples({ prompt: 'a', count: 1, max_new_tokens: 12, ...more }))
    return { raw, ids: [...row.tokens], ended, stop };
  return undefined;
};

const named = { 'tokenizer_config.json': { eos_token: '</s>' } };
const nameless = { 'tokenizer_config.json': { bos_token: '<s>' } };
const generation = (eos_token_id: unknown): object => ({ 'generation_config.json': { eos_token_id } });

describe('every id that a model names as its end is one', () => {
  it.each<[string, Script, number, boolean]>([
    ['the tokenizer’s alone', { files: named }, STOP, true],
    ['several of generation_config.json', { files: { ...named, ...generation([STOP, END]) } }, END, true],
    ['the tokenizer’s where generation_config.json names another', { files: { ...named, ...generation(END) } }, STOP, true],
    ['another of generation_config.json than the tokenizer’s', { files: { ...named, ...generation(END) } }, END, true],
    ['several of config.json alone', { config: { eos_token_id: [END, TWO] }, files: named }, TWO, true],
    ['one of config.json alone', { config: { eos_token_id: END }, files: named }, END, true],
    ['both different: that of config.json', { config: { eos_token_id: END }, files: { ...named, ...generation(TWO) } }, END, true],
    [
      'both different: that of generation_config.json',
      { config: { eos_token_id: END }, files: { ...named, ...generation(TWO) } },
      TWO,
      true,
    ],
    ['one where the tokenizer names none', { files: { ...nameless, ...generation(END) } }, END, true],
    ['one of several where the tokenizer names none', { config: { eos_token_id: [TWO, END] }, files: nameless }, END, true],
    ['one that spells a letter', { files: { ...named, ...generation([STOP, 46]) } }, 46, true],
    ['one that the tokenizer has no entry for', { files: { ...named, ...generation([STOP, 263]) } }, 263, true],
    ['no other special token', { config: { eos_token_id: [END] }, files: { ...named, ...generation([STOP]) } }, PAD, false],
    ['none where nobody names one', { files: nameless }, END, false],
    ['null and −1 name none', { config: { eos_token_id: null }, files: { ...named, ...generation(-1) } }, END, false],
  ])('%s', { timeout: 30_000 }, async (_, script, id, ends) => {
    const found = await generated(await scripted(home, { ...script, next: saying(id) }), { max_new_tokens: 3 });
    const row = { raw: 'abc', ids: [97, 98, 99] };
    expect(found).toEqual(ends ? { ...row, ended: 'stop', stop: id } : { ...row, ids: [97, 98, 99, id], ended: 'length', stop: undefined });
  });

  it('the first of several ends it, in a stream too, and the view of a row shows which', { timeout: 30_000 }, async () => {
    const folder = await scripted(home, { next: saying(END, TWO), files: { ...named, ...generation([TWO, END]) } });
    await using pipeline = await open(folder);
    const said: number[] = [];
    for await (const { tokens, ended, stop } of pipeline.stream({ prompt: 'a', count: 1, max_new_tokens: 12 })) {
      said.push(...tokens);
      if (ended) expect([ended, stop]).toEqual(['stop', END]);
    }
    expect(said).toEqual([98, 99]);
    for await (const { tokens } of pipeline.tools.inspect('layers', { prompt: 'a', count: 1, max_new_tokens: 12 }))
      expect([...tokens]).toEqual([97, 98, 99, END]);
  });

  it('is read over a byte order mark', async () => {
    const folder = await scripted(home, { files: { ...named, ...generation(END) } });
    for (const name of ['config.json', 'generation_config.json']) {
      const path = join(folder, name);
      await writeFile(path, `\ufeff${await readFile(path, 'utf8')}`);
    }
    await using pipeline = await open(folder);
    const said: string[] = [];
    for await (const { raw } of pipeline.samples({ prompt: 'a', count: 1, max_new_tokens: 1 })) said.push(String(raw));
    expect(said).toEqual([expect.stringMatching(/^a/)]);
  });

  it.each([['2'], [1.5], [[1, 'x']], [{}]])('refuses %j as an id', async (eos) => {
    const folder = await scripted(home, { files: { ...named, ...generation(eos) } });
    const refused = { code: 'TRANSFORMER_GENERATION', message: expect.stringContaining('eos_token_id') };
    await expect(open(folder)).rejects.toMatchObject(refused);
  });
});

describe('ids that the tokenizer has no entry for', () => {
  /** Ids 262 on have none, as of a vocabulary that was padded; and with a gap, 259 has none either. */
  const gap = (): object => {
    const whole = byteTokenizer() as { added_tokens: { id: number }[] };
    return { ...whole, added_tokens: whole.added_tokens.filter(({ id }) => id !== 259) };
  };
  for (const [name, files, ids] of [
    ['beyond its vocabulary', named, [262, 287]],
    ['within it', { ...named, 'tokenizer.json': gap() }, [259, 287]],
  ] as const)
    it(`${name}: spell nothing, and the row goes on`, { timeout: 60_000 }, async () => {
      const folder = await scripted(home, { vocabulary: 288, next: saying(...ids), files });
      const all = [97, 98, 99, ...ids, 120, 121, 122];
      expect(await generated(folder)).toEqual({ raw: 'abcxyz', ids: all, ended: 'stop', stop: STOP });
      await using pipeline = await open(folder);
      let text = '';
      for await (const { raw } of pipeline.stream({ prompt: 'a', count: 1, max_new_tokens: 12 })) text += raw;
      expect(text).toBe('bcxyz');
      for await (const { pieces } of pipeline.tools.inspect('layers', { prompt: 'a', count: 1, max_new_tokens: 12 }))
        expect(pieces).toEqual(['a', 'b', 'c', '', '', 'x', 'y', 'z', '⟨stop⟩']);
      const [score] = await pipeline.score(['abc']);
      expect(score!.nats.every(Number.isFinite)).toBe(true);
      expect((await pipeline.tokenizer()).detokenize(Int32Array.from(all))).toBe('abcxyz');
    });

  it('spell nothing in samples while training, and under any tokenizer', { timeout: 60_000 }, async () => {
    const model = await scripted(home, {
      vocabulary: 288,
      next: { ...letters('ab'), 98: 287, 287: 270, 270: 99, 99: 257, 256: 97 },
      files: named,
    });
    const rows = join(model, 'rows.txt');
    await writeFile(rows, 'abc\nabc\n');
    const definition = {
      name: 'padded',
      data: { train: rows, rows: 'lines', valid: 0 },
      stages: { tokenize: 'bytes', backend: 'transformer', sample: 'greedy' },
      backends: {
        transformer: {
          with: { model },
          train: { steps: 1, batch: 1, sample_every: 1, optimizer: { use: 'adamw', with: { learning_rate: 1e-7 } } },
        },
      },
    };
    await using pipeline = await open(definition, { models: join(model, 'models') });
    const samples: string[] = [];
    await pipeline.ready(({ sample }) => sample !== undefined && samples.push(sample));
    expect(samples).toEqual(['abc']);
    for await (const { raw, ended } of pipeline.samples({ prompt: 'a', count: 1, max_new_tokens: 8 }))
      expect([raw, ended]).toEqual(['abc', 'stop']);
  });
});
