import { mkdir, mkdtemp, open as openFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { lastValueFrom } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { StagewrightError } from '../../../core/index.ts';
import { Engine } from '../../../plugins/subword/engine/engine.ts';
import { open } from '../../../plugins/subword/files/open.ts';
import { openInThread } from '../../../plugins/subword/files/open-in-thread.ts';
import { ForeignTokenizer } from '../../../plugins/subword/foreign-tokenizer.ts';
import { learning } from './learning.ts';
import { sentencePiece } from './sentence-piece.ts';

const folder = await mkdtemp(join(tmpdir(), 'bad-'));
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
/** A file of its own, in a folder of its own. */
const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, `${files++}.${name}`);
  await writeFile(path, content);
  return path;
};

const good = { model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] } };
const engine = async (spec: unknown): Promise<Engine> => new Engine(open(await file('tokenizer.json', JSON.stringify(spec))).compiled);
const refused = (spec: unknown) => expect(engine(spec)).rejects;
const withModel = (more: object): unknown => ({ model: { ...good.model, ...more } });

describe('tokenizer.json', () => {
  it('is read where it is right', async () => {
    expect([...(await engine(good)).tokenize('abab')]).toEqual([2, 2]);
  });

  it.each([
    [{ normalizer: { type: 'Nope' } }, 'normalizer: unknown component "Nope"; known are BertNormalizer'],
    [
      { pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Nope' }] } },
      'pre_tokenizer.pretokenizers[0]: unknown component "Nope"',
    ],
    [{ post_processor: { type: 'Nope' } }, 'post_processor: unknown component "Nope"'],
    [{ decoder: { type: '__proto__' } }, 'decoder: unknown component "__proto__"'],
    [{ model: { type: 'Nope', vocab: { a: 0 } } }, 'model: unknown component "Nope"; known are BPE, WordPiece, Unigram, WordLevel'],
  ])('names the unknown component of %j', async (part, message) => {
    await refused({ ...good, ...part }).toMatchObject({ code: 'UNKNOWN_COMPONENT', message: expect.stringContaining(message) });
  });

  it.each([
    [withModel({ merges: ['a c'] }), 'MISSING_ENTRY', 'model.merges[0] refers to "c"'],
    [withModel({ merges: ['b a'] }), 'MISSING_ENTRY', 'refers to "ba"'],
    [withModel({ merges: ['a'] }), 'BAD_FIELD', 'two tokens'],
    [withModel({ unk_token: '<unk>' }), 'MISSING_ENTRY', '<unk>'],
    [withModel({ vocab: { a: 0, b: 0, ab: 2 } }), 'DUPLICATE_ID', 'Token id 0 belongs to both "a" and "b"'],
    [{ ...good, added_tokens: [{ id: 1, content: '<s>', special: true }] }, 'DUPLICATE_ID', '"b" and "<s>"'],
    [withModel({ vocab: { a: -1 } }), 'BAD_FIELD', 'an id from 0'],
    [withModel({ vocab: { a: 1e12 } }), 'TOO_MANY', 'at most'],
    [withModel({ vocab: {} }), 'BAD_FIELD', 'at least one token'],
    [withModel({ dropout: 0.1 }), 'UNSUPPORTED', 'dropout'],
    [{ model: { type: 'Unigram', vocab: [['a', -1]], unk_id: 3 } }, 'MISSING_ENTRY', 'unk_id'],
    [{ model: { type: 'Unigram', vocab: [['a', null]] } }, 'BAD_FIELD', 'a token and its score'],
    [[], 'BAD_FIELD', 'an object'],
    [{ ...good, normalizer: 'NFC' }, 'BAD_FIELD', 'a component or null'],
    [{ ...good, normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' } }, 'BAD_FIELD', 'a character map'],
  ])('%j: %s', async (spec, code, message) => {
    await refused(spec).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('nests no deeper than it may', async () => {
    let normalizer: unknown = { type: 'NFC' };
    for (let i = 0; i < 200; i++) normalizer = { type: 'Sequence', normalizers: [normalizer] };
    await refused({ ...good, normalizer }).toMatchObject({ code: 'TOO_MANY' });
  });

  it('is no larger than it may be, packed or not, and is text', async () => {
    const large = await file('tokenizer.json', '');
    const handle = await openFile(large, 'r+');
    await handle.truncate(100 << 20);
    await handle.close();
    expect(() => open(large)).toThrow(expect.objectContaining({ code: 'FILE_TOO_BIG' }));
    const bomb = await file('tokenizer.json.gz', gzipSync(Buffer.alloc(100 << 20)));
    expect(() => open(bomb)).toThrow(expect.objectContaining({ code: 'FILE_TOO_BIG' }));
    for (const [name, content] of [
      ['tokenizer.json', '{"model": '],
      ['tokenizer.json', Uint8Array.of(0x7b, 0xff)],
      ['tokenizer.json.gz', 'no gzip'],
      ['vocab.txt', 'a\nb\na'],
    ] as const)
      await expect(openInThread(await file(name, content))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('regular expressions from files', () => {
  const split = (Regex: string) => ({
    ...good,
    pre_tokenizer: { type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false },
  });

  it.each(['(a+)+$', '(a|aa)+b', '(.*)*x', '(a*)*(a*)*(a*)*b'])('%s takes time in line with the text', async (pattern) => {
    const made = await engine(split(pattern));
    expect(made.tokenize('a'.repeat(20_000)).length).toBe(20_000); // a backtracking engine would never come to an end
  });

  it.each([
    ['(a)\\1', 'needs memory'],
    ['(?=(?=(?=a', 'unfinished'],
    ['a{5000}', 'more than 1000'],
    ['((a{1000}){1000}){1000}', 'steps'],
    ['(?<=a+)b', 'no fixed length'],
    ['[z-a]', 'out of order'],
    ['\\p{Nope}', 'unknown property'],
    ['('.repeat(5000), 'groups inside each other'],
  ])('%s is refused', async (pattern, why) => {
    await refused(split(pattern)).toMatchObject({ code: 'PATTERN_SYNTAX', message: expect.stringContaining(why) });
  });

  it.each(['(?=(?=a*b)|(?=a*c)|a)a*d', '(?:a?){50}a{50}c'])('%s is stopped', async (pattern) => {
    const made = await engine(split(pattern));
    expect(() => made.tokenize('a'.repeat(20_000))).toThrow(expect.objectContaining({ code: 'PATTERN_COSTLY' }));
  });
});

describe('other files', () => {
  const model = sentencePiece([
    ['<unk>', 0, 2],
    ['▁', -1, 1],
    ['a', -2, 1],
    ['▁a', -1.5, 1],
  ]);

  it('a SentencePiece model is read whole, and refused wherever it is cut short', async () => {
    expect([...new Engine(open(await file('model', model)).compiled).tokenize('a aa')]).toEqual([3, 3, 2]);
    for (let length = 0; length < model.length; length++) {
      const path = await file('model', model.subarray(0, length));
      expect(() => open(path), String(length)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
    }
  });

  it.each([
    [[['a', 0, 4]], 2, 'user-defined'],
    [[['a', 0, 5]], 1, 'unused'],
    [[['a', 0, 1]], 3, 'model type 3'],
  ] as const)('a SentencePiece model of %j is refused by name', async (pieces, type, why) => {
    const path = await file('model', sentencePiece(pieces, type));
    expect(() => open(path)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining(why) }));
  });

  it('a rank file needs its encoding, every byte, and each rank once', async () => {
    const ranks = Array.from({ length: 256 }, (_, byte) => `${Buffer.of(byte).toString('base64')} ${byte}`);
    const code = async (name: string, lines: readonly string[]) => {
      const path = await file(name, lines.join('\n'));
      try {
        return open(path).compiled.vocabulary.bounds.length / 2;
      } catch (error) {
        return (error as StagewrightError).code;
      }
    };
    expect(await code('gpt2.tiktoken', ranks)).toBe(50257);
    expect(await code('mine.tiktoken', ranks)).toBe('UNKNOWN_ENCODING');
    expect(await code('gpt2.tiktoken', ranks.slice(1))).toBe('FILE_UNREADABLE');
    expect(await code('gpt2.tiktoken', [...ranks, 'YWI= 5'])).toBe('FILE_UNREADABLE');
    expect(await code('gpt2.tiktoken', [...ranks, 'no rank'])).toBe('FILE_UNREADABLE');
  });

  it('absent and foreign ones are named', async () => {
    expect(() => open(join(folder, 'nowhere'))).toThrow(expect.objectContaining({ code: 'FILE_ABSENT' }));
    const empty = join(folder, 'empty');
    await mkdir(empty);
    expect(() => open(empty)).toThrow(StagewrightError);
    const picture = await file('png', 'x');
    expect(() => open(picture)).toThrow(expect.objectContaining({ code: 'UNKNOWN_KIND' }));
    const gone = await ForeignTokenizer.open({ from: 'nowhere' }, folder);
    expect(() => gone.tokenize('a')).toThrow(expect.objectContaining({ code: 'FILE_ABSENT' }));
  });
});

describe('learning', () => {
  async function* texts(...items: readonly unknown[]): AsyncGenerator<string> {
    yield* items as readonly string[];
  }
  const fitted = async (use: string, settings: object, ...items: readonly unknown[]) => {
    const tokenizer = learning(use, settings as Readonly<Record<string, unknown>>);
    await lastValueFrom(tokenizer.fit(texts(...items)));
    return tokenizer;
  };

  it.each([
    ['bpe', {}, ['a', 5], 'NOT_TEXT'],
    ['bpe', {}, [''], 'EMPTY_CORPUS'],
    ['bpe', { vocabulary: 200 }, ['a'], 'SMALL_VOCABULARY'],
    ['unigram', { vocabulary: 20, byte_fallback: false }, ['abcdefghijklmnopqrstuvw'], 'SMALL_VOCABULARY'],
    ['wordpiece', { vocabulary: 9 }, ['abc abc'], 'SMALL_VOCABULARY'],
    ['bpe', { pretokenizer: { type: 'Nope' } }, ['a'], 'UNKNOWN_COMPONENT'],
  ] as const)('%s %j on %j: %s', async (use, settings, items, code) => {
    await expect(fitted(use, settings, ...items)).rejects.toMatchObject({ code });
  });

  it.each([
    ['bpe', { byte_fallback: true }, 'MISFIT'],
    ['bpe', { character_coverage: 0.9 }, 'MISFIT'],
    ['bpe', { pretokenizer: 'metaspace' }, 'MISFIT'],
    ['bpe', { alphabet: 'characters', byte_fallback: false }, 'NO_UNKNOWN'],
    ['unigram', { special_tokens: {} }, 'NO_UNKNOWN'],
    ['wordpiece', { special_tokens: { cls_token: '[CLS]' } }, 'NO_UNKNOWN'],
    ['bpe', { special_tokens: { start_token: '<s>' } }, 'UNKNOWN_ROLE'],
  ] as const)('%s with %j: %s', (use, settings, code) => {
    expect(() => learning(use, settings)).toThrow(expect.objectContaining({ code }));
  });

  it('has no ids before, knows its own after, and takes text alone', async () => {
    expect(() => learning('bpe', {}).vocabulary).toThrow(expect.objectContaining({ code: 'NOT_FITTED' }));
    await expect(learning('bpe', {}).save(folder)).rejects.toMatchObject({ code: 'NOT_FITTED' });
    const tokenizer = await fitted('bpe', {}, 'abab');
    for (const id of [-1, tokenizer.vocabulary])
      expect(() => tokenizer.detokenize(Int32Array.of(id))).toThrow(expect.objectContaining({ code: 'UNKNOWN_ID' }));
    expect(() => tokenizer.tokenize(5 as never)).toThrow(expect.objectContaining({ code: 'NOT_TEXT' }));
  });

  it('ends where it is left: the corpus is read no further', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<string> {
      for (;;) {
        read++;
        yield 'to be or not to be '.repeat(1000);
      }
    }
    await new Promise<void>((resolve, reject) => {
      const subscription = learning('bpe', {})
        .fit(endless())
        .subscribe({
          next: () => {
            subscription.unsubscribe();
            resolve();
          },
          error: reject,
        });
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = read;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(read).toBe(before);
  });
});
