import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toRow } from '../../../core/dataset/corpus.ts';
import { assemble, open } from '../../../core/index.ts';
import { requestsOf } from '../../../core/pipeline/requests.ts';
import { sentencePiece } from '../subword/sentence-piece.ts';
import { byteTokenizer, idOf, type Script, type SPECIAL, scripted } from './scripted.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'transformer-beginnings-'));
  env.allowRemoteModels = false;
});
afterAll(() => rm(home, { recursive: true }));

type Special = (typeof SPECIAL)[number];
const S = idOf('<s>');

/** A template that puts tokens before a text, and behind it. */
const template = (before: readonly Special[], behind: readonly Special[] = []): object => {
  const pieces = (tokens: readonly string[]) => tokens.map((id) => ({ SpecialToken: { id, type_id: 0 } }));
  const single = [...pieces(before), { Sequence: { id: 'A', type_id: 0 } }, ...pieces(behind)];
  const all = [...new Set([...before, ...behind])];
  return {
    type: 'TemplateProcessing',
    single,
    pair: [...single, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: Object.fromEntries(all.map((id) => [id, { id, ids: [idOf(id)], tokens: [id] }])),
  };
};
const byteLevel = { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true };
const around = { sep: ['</s>', idOf('</s>')], cls: ['<s>', S] };
const named = { bos_token: '<s>', eos_token: '</s>' };
const object = (content: string) => ({
  __type: 'AddedToken',
  content,
  lstrip: false,
  rstrip: false,
  normalized: false,
  single_word: false,
});

interface Shape {
  readonly name: string;
  readonly post?: object;
  readonly config: object;
  /** What stands before a prompt; absent: what transformers.js puts before a text. */
  readonly prompts?: readonly number[];
  /** What stands before a row; absent: as before a prompt. */
  readonly rows?: readonly number[];
  /** Why transformers.js puts something else before a text. */
  readonly why?: string;
}

const alone = 'it reads add_bos_token to decide whether special tokens are put, and takes what is put from the template alone';
const shapes: readonly Shape[] = [
  { name: 'a template with a beginning', post: template(['<s>']), config: named },
  { name: 'a template with a beginning and an end', post: template(['<s>'], ['</s>']), config: named },
  { name: 'a template with an end alone, which never stands behind a prompt', post: template([], ['</s>']), config: named, rows: [S] },
  { name: 'a template with several tokens before', post: template(['<mask>', '<s>']), config: named },
  { name: 'the same where no bos_token has a name', post: template(['<mask>', '<two>'], ['</s>']), config: { eos_token: '</s>' } },
  { name: 'a template with a beginning, and add_bos_token', post: template(['<s>']), config: { ...named, add_bos_token: true } },
  { name: 'a template with a beginning, and add_eos_token', post: template(['<s>'], ['</s>']), config: { ...named, add_eos_token: true } },
  { name: 'a template that puts nothing', post: template([]), config: named, rows: [S] },
  { name: 'RobertaProcessing', post: { type: 'RobertaProcessing', ...around, trim_offsets: true, add_prefix_space: false }, config: named },
  { name: 'BertProcessing', post: { type: 'BertProcessing', ...around }, config: { cls_token: '<s>', sep_token: '</s>' } },
  {
    name: 'a sequence of ByteLevel and a template',
    post: { type: 'Sequence', processors: [byteLevel, template(['<s>'])] },
    config: { ...named, tokenizer_class: 'PreTrainedTokenizerFast' },
  },
  { name: 'a sequence of ByteLevel alone', post: { type: 'Sequence', processors: [byteLevel] }, config: named, rows: [S] },
  { name: 'ByteLevel alone, and nobody says', post: byteLevel, config: named, rows: [S] },
  { name: 'nothing at all, and nobody says', config: named, rows: [S] },
  { name: 'the same with tokens as objects', config: { bos_token: object('<s>'), eos_token: object('</s>') }, rows: [S] },
  { name: 'add_bos_token: false', post: byteLevel, config: { ...named, add_bos_token: false } },
  { name: 'add_bos_token: null is not said', config: { ...named, add_bos_token: null }, rows: [S] },
  { name: 'no bos_token: null, as Qwen has it', config: { bos_token: null, eos_token: '</s>', add_bos_token: false } },
  { name: 'no bos_token, and nobody says', config: { bos_token: null, eos_token: '</s>' } },
  { name: 'add_bos_token without a bos_token', config: { bos_token: null, eos_token: '</s>', add_bos_token: true } },
  {
    name: 'GPT2Tokenizer, add_bos_token: true',
    post: byteLevel,
    config: { ...named, tokenizer_class: 'GPT2Tokenizer', add_bos_token: true },
    prompts: [S],
    why: alone,
  },
  { name: 'GPT2Tokenizer, which puts nothing where it is not told to', config: { ...named, tokenizer_class: 'GPT2Tokenizer' }, rows: [S] },
  {
    name: 'Qwen2Tokenizer, add_bos_token: true, bos_token an object',
    config: { bos_token: object('<s>'), eos_token: '</s>', tokenizer_class: 'Qwen2Tokenizer', add_bos_token: true },
    prompts: [S],
    why: alone,
  },
  {
    name: 'LlamaTokenizer, legacy, add_bos_token: true, no template',
    config: { ...named, tokenizer_class: 'LlamaTokenizer', legacy: true, add_bos_token: true, add_eos_token: false },
    prompts: [S],
    why: alone,
  },
  {
    name: 'LlamaTokenizer, not legacy, nobody says, no template',
    config: { ...named, tokenizer_class: 'LlamaTokenizer', legacy: false },
    prompts: [S],
    why: 'LlamaTokenizer puts bos_token unless add_bos_token is false, and makes its template itself',
  },
  { name: 'LlamaTokenizerFast with its template', post: template(['<s>']), config: { ...named, tokenizer_class: 'LlamaTokenizerFast' } },
  {
    name: 'LlamaTokenizerFast, add_bos_token: false, and a template from before that was said',
    post: template(['<s>']),
    config: { ...named, tokenizer_class: 'LlamaTokenizerFast', add_bos_token: false },
    prompts: [],
    why: 'LlamaTokenizerFast makes its template anew by add_bos_token',
  },
];

const TEXT = [97, 98];

/** The ids that a folder reads before it says anything, and a row that it prices. */
const looked = async (folder: string, prompt?: string): Promise<{ asked: number[]; priced: number[] }> => {
  const pipeline = await open(folder);
  try {
    const { tokenize, backend } = await pipeline.tools.parts();
    const asking = { model: assemble(backend.stage), tokenizer: tokenize.stage, whole: false };
    const ask = { count: 1, max_new_tokens: 1, seed: 0, ...(prompt !== undefined && { prompt }) };
    const { requestOf } = requestsOf(asking, ask, new AbortController().signal);
    return { asked: [...requestOf(0).prompt[0]!.tokens], priced: [...toRow(tokenize.stage, { raw: 'ab' }).tokens] };
  } finally {
    await pipeline.close().catch(() => undefined);
  }
};

describe('what stands before prompts and rows of a folder, beside transformers.js', () => {
  it('is asked of twenty shapes and more', () => expect(shapes.length).toBeGreaterThan(20));

  for (const { name, post, config, prompts, rows, why } of shapes)
    it(name, { timeout: 60_000 }, async () => {
      const files = { 'tokenizer.json': byteTokenizer(post ?? null), 'tokenizer_config.json': config };
      const folder = await scripted(home, { files });
      const all = (await AutoTokenizer.from_pretrained(folder)).encode('ab');
      const theirs = all.slice(0, all.indexOf(TEXT[0]!));
      const before = prompts ?? theirs;
      if (why === undefined) expect(before).toEqual(theirs);
      else expect(before).not.toEqual(theirs);
      const { asked, priced } = await looked(folder, 'ab');
      expect(asked).toEqual([...before, ...TEXT]);
      const end = 'eos_token' in config || 'sep_token' in config ? [idOf('</s>')] : [];
      expect(priced).toEqual([...(rows ?? before), ...TEXT, ...end]);
    });

  it('a .model of SentencePiece says nothing itself, and what stands beside it does', async () => {
    const model = sentencePiece([
      ['<unk>', 0, 2],
      ['<s>', 0, 3],
      ['</s>', 0, 3],
      ['▁', -1, 1],
      ['a', -1, 1],
      ['b', -1, 1],
    ]);
    for (const [config, prompts, rows] of [
      [undefined, [], [1]],
      [{ tokenizer_class: 'LlamaTokenizer' }, [1], [1]],
      [{ tokenizer_class: 'LlamaTokenizer', add_bos_token: false }, [], []],
      [{ add_bos_token: true }, [1], [1]],
    ] as const) {
      const folder = await scripted(home, {
        files: { 'tokenizer.json': undefined, 'tokenizer_config.json': config, 'tokenizer.model': model },
      });
      await using pipeline = await open(folder);
      const { prefix, start, stop } = await pipeline.tokenizer();
      expect([[...prefix!.prompts], [...prefix!.rows], start, stop]).toEqual([prompts, rows, 1, 2]);
    }
  });

  it('refuses an add_bos_token that is neither true nor false', async () => {
    const folder = await scripted(home, { files: { 'tokenizer_config.json': { ...named, add_bos_token: 'yes' } } });
    await expect(looked(folder, 'ab')).rejects.toMatchObject({
      code: 'BAD_FIELD',
      message: expect.stringContaining('add_bos_token'),
    });
  });
});

describe('an empty prompt', () => {
  it.each<[string, Script, readonly number[]]>([
    ['has what stands before all', { files: { 'tokenizer.json': byteTokenizer(template(['<mask>', '<s>'])) } }, [idOf('<mask>'), S]],
    ['else begins with bos_token', { files: { 'tokenizer_config.json': { ...named, add_bos_token: false } } }, [S]],
    ['else with bos_token_id of config.json', { config: { bos_token_id: 100 } }, [100]],
    [
      'that of generation_config.json first',
      { config: { bos_token_id: 100 }, files: { 'generation_config.json': { bos_token_id: 101 } } },
      [101],
    ],
    [
      'not with one that the model lacks',
      { config: { bos_token_id: 100 }, files: { 'generation_config.json': { bos_token_id: 900 } } },
      [100],
    ],
  ])('%s', async (_, script, begins) => {
    const files = { 'tokenizer_config.json': { bos_token: null, eos_token: '</s>' }, ...script.files };
    const folder = await scripted(home, { ...script, files });
    for (const prompt of [undefined, '']) expect((await looked(folder, prompt)).asked).toEqual(begins);
  });

  it('is an error where rows begin with nothing', async () => {
    const folder = await scripted(home, { files: { 'tokenizer_config.json': { bos_token: null, eos_token: '</s>' } } });
    await expect(looked(folder)).rejects.toMatchObject({ code: 'EMPTY_PROMPT', message: expect.stringContaining('give a prompt') });
    expect((await looked(folder, 'a')).asked).toEqual([97]);
  });
});

describe('where a model is trained here over a tokenizer of others', () => {
  it.each<[string, object | null, object, readonly number[]]>([
    ['rows that begin with several tokens', template(['<mask>', '<s>'], ['</s>']), named, [idOf('<mask>'), S]],
    ['rows that begin with bos_token since nobody says', null, named, [S]],
    ['rows that were to begin with nothing begin with bos_token', null, { ...named, add_bos_token: false }, [S]],
    ['rows between cls_token and sep_token', { type: 'BertProcessing', ...around }, { cls_token: '<s>', sep_token: '</s>' }, [S]],
    ['rows that begin with nothing', null, { bos_token: null, eos_token: '</s>' }, []],
  ])('%s: prompts begin alike, also when it is loaded, and for others', { timeout: 60_000 }, async (_, post, config, begins) => {
    const from = await scripted(home, { files: { 'tokenizer.json': byteTokenizer(post), 'tokenizer_config.json': config } });
    const rows = join(from, 'rows.txt');
    await writeFile(rows, 'abab\nbaba\nabba\n');
    const definition = {
      name: 'over',
      data: { train: rows, rows: 'lines', valid: 0 },
      stages: { tokenize: { use: 'tokenizer', with: { from } }, backend: 'transformer', sample: 'greedy' },
      backends: { transformer: { with: { preset: 'llama', layers: 1, heads: 2, width: 8, context: 16 }, train: { steps: 1, batch: 2 } } },
    };
    const models = join(from, 'models');
    await using pipeline = await open(definition, { models });
    const { folder } = await pipeline.ready();
    const prefixOf = async (one: typeof pipeline) => (await one.tools.parts()).tokenize.stage.prefix!;
    for (const one of [pipeline, await open(folder!)]) {
      const { rows, prompts } = await prefixOf(one);
      expect([[...rows], [...prompts]]).toEqual([begins, begins]);
      for await (const { tokens } of one.tools.inspect('layers', { prompt: 'ab', count: 1, max_new_tokens: 1 }))
        expect([...tokens].slice(0, -1)).toEqual([...begins, ...TEXT]);
      if (one !== pipeline) await one.close();
    }
    const theirs = await AutoTokenizer.from_pretrained(folder!);
    expect(theirs.encode('ab')).toEqual([...begins, ...TEXT]);
    const told = JSON.parse(await readFile(join(folder!, 'tokenizer_config.json'), 'utf8'));
    expect([told.add_bos_token, told.add_eos_token]).toEqual([begins.length > 0, false]);
  });
});
