import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { describe, expect, it } from 'vitest';
import type { Encoding } from '../../../plugins/subword/engine/encoding.ts';
import { open } from '../../../plugins/subword/files/open.ts';
import { SubwordTokenizer } from '../../../plugins/subword/subword-tokenizer.ts';
import { absent, tokenizerFile, tokenizerJson, why } from './texts.ts';

/** An encoding of the Rust original in our words. Since it stops reading at the length asked for, it lacks windows beyond that; these are worked by hand below. */
type Theirs = Awaited<ReturnType<RustTokenizer['encode']>>;
const shown = (theirs: Theirs): unknown => ({
  ids: theirs.getIds(),
  spans: theirs.getOffsets().flat(),
  types: theirs.getTypeIds(),
  attention: theirs.getAttentionMask(),
  special: theirs.getSpecialTokensMask(),
});
const plain = (ours: Encoding): unknown => ({
  ids: [...ours.ids],
  spans: [...ours.spans],
  types: [...ours.types],
  attention: [...ours.attention],
  special: [...ours.special],
});

const one = 'To be, or not to be: that is the question — whether ’tis nobler in the mind to suffer';
const two = 'The slings and arrows\nof outrageous fortune, été 漢字';

const ours = (name: string) => new SubwordTokenizer(name, open(tokenizerFile(name)));
const rustOf = (name: string) => RustTokenizer.fromString(tokenizerJson(name));

describe.skipIf(absent)(`texts as a model reads them, as the Rust original has them${why}`, () => {
  it.each(['gpt2', 'roberta-base', 'bert-base-cased', 't5-small', 'clip'])(
    '%s: one text and two, special tokens around them',
    async (name) => {
      const [tokenizer, rust] = [ours(name), rustOf(name)];
      rust.disablePadding();
      rust.disableTruncation();
      const whole = { truncation: undefined, padding: undefined };
      expect(plain(tokenizer.encode(one, whole))).toEqual(shown(await rust.encode(one)));
      expect(plain(tokenizer.encode([one, two], whole))).toEqual(shown(await rust.encode(one, two)));
      expect([...tokenizer.encode(one, { ...whole, special: false }).ids]).toEqual([...tokenizer.tokenize(one)]);
    },
  );

  it.each([
    ['LongestFirst', 'Right', 0],
    ['LongestFirst', 'Left', 2],
    ['OnlyFirst', 'Right', 3],
    ['OnlyFirst', 'Left', 0],
  ] as const)('truncates %s %s with a stride of %d', async (strategy, direction, stride) => {
    const [tokenizer, rust] = [ours('bert-base-cased'), rustOf('bert-base-cased')];
    const truncation = { max_length: 12, stride, strategy, direction };
    rust.setTruncation(12, { stride, strategy: strategy as never, direction: direction.toLowerCase() });
    expect(plain(tokenizer.encode(one, { truncation }))).toEqual(shown(await rust.encode(one)));
  });

  it.each(['OnlyFirst', 'OnlySecond'] as const)('truncates pairs %s', async (strategy) => {
    const [tokenizer, rust] = [ours('bert-base-cased'), rustOf('bert-base-cased')];
    rust.setTruncation(34, { stride: 1, strategy: strategy as never });
    const truncation = { max_length: 34, stride: 1, strategy, direction: 'Right' } as const;
    expect(plain(tokenizer.encode([one, two], { truncation }))).toEqual(shown(await rust.encode(one, two)));
  });

  it('keeps what it cut off in windows of the same length, neighbours sharing the stride', () => {
    const tokenizer = ours('bert-base-cased');
    const digits = Array.from({ length: 10 }, (_, i) => i).join(' ');
    const windows = (direction: 'Left' | 'Right') => {
      const truncation = { max_length: 6, stride: 1, strategy: 'LongestFirst', direction } as const;
      const made = tokenizer.encode(digits, { truncation });
      return [made, ...made.overflowing].map(({ ids, spans }) => [
        tokenizer.detokenize(ids),
        digits.slice(spans[2], spans[2 * ids.length - 3]),
      ]);
    };
    const twice = (...texts: readonly string[]) => texts.map((text) => [text, text]);
    expect(windows('Right')).toEqual(twice('0 1 2 3', '3 4 5 6', '6 7 8 9'));
    expect(windows('Left')).toEqual(twice('6 7 8 9', '3 4 5 6', '0 1 2 3'));
  });

  it('shares a length between two texts, LongestFirst', async () => {
    const [tokenizer, rust] = [ours('bert-base-cased'), rustOf('bert-base-cased')];
    for (const [length, short] of [
      [7, one],
      [12, one],
      [12, 'To be or not'],
      [20, 'To be or not'],
      [33, one],
    ] as const) {
      rust.setTruncation(length, { strategy: 'LongestFirst' as never });
      const truncation = { max_length: length, stride: 0, strategy: 'LongestFirst', direction: 'Right' } as const;
      expect([...tokenizer.encode([short, two], { truncation }).ids]).toEqual((await rust.encode(short, two)).getIds());
      expect([...tokenizer.encode([two, short], { truncation }).ids]).toEqual((await rust.encode(two, short)).getIds());
    }
  });

  it.each(['Left', 'Right'] as const)('pads on the %s to the longest, to a multiple and to a fixed length', async (direction) => {
    const [tokenizer, rust] = [ours('bert-base-cased'), rustOf('bert-base-cased')];
    const side = direction === 'Left' ? 0 : 1;
    for (const [fixed, multiple] of [
      [undefined, undefined],
      [undefined, 16],
      [50, undefined],
    ] as const) {
      rust.setPadding({
        direction: side as never,
        padToken: '[PAD]',
        padId: 0,
        padTypeId: 3,
        ...(fixed && { maxLength: fixed }),
        ...(multiple && { padToMultipleOf: multiple }),
      });
      const padding = {
        strategy: fixed ? { Fixed: fixed } : 'BatchLongest',
        direction,
        pad_to_multiple_of: multiple ?? null,
        pad_id: 0,
        pad_type_id: 3,
        pad_token: '[PAD]',
      } as const;
      const theirs = await rust.encodeBatch([one, two]);
      expect(tokenizer.encodeBatch([one, two], { padding }).map(plain)).toEqual(theirs.map(shown));
    }
  });

  it('does as its file says where nothing else is asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'encode-'));
    const spec = JSON.parse(tokenizerJson('bert-base-cased'));
    spec.truncation = { max_length: 9, stride: 0, strategy: 'LongestFirst', direction: 'Right' };
    spec.padding = { strategy: { Fixed: 11 }, direction: 'Right', pad_to_multiple_of: null, pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' };
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(spec));
    const tokenizer = new SubwordTokenizer('file', open(folder));
    expect(plain(tokenizer.encode(one))).toEqual(shown(await RustTokenizer.fromString(JSON.stringify(spec)).encode(one)));
    await rm(folder, { recursive: true });
  });

  it('reads special tokens in a text as letters unless they are allowed', () => {
    const tokenizer = ours('gpt2');
    const ids = (allow: 'none' | 'all' | readonly string[]) => [...tokenizer.encode('a<|endoftext|>', { allow }).ids];
    expect(ids('none')).not.toContain(50256);
    expect(ids('all')).toEqual([64, 50256]);
    expect(ids(['<|endoftext|>'])).toEqual([64, 50256]);
    expect(() => ids(['<|other|>'])).toThrow(expect.objectContaining({ code: 'UNKNOWN_SPECIAL' }));
    expect(tokenizer.detokenize(tokenizer.tokenize('a<|endoftext|>'))).toBe('a<|endoftext|>');
  });

  it('has no length below that of the special tokens, and no stride beyond the length', () => {
    const tokenizer = ours('bert-base-cased');
    const cut = (max_length: number, stride: number) =>
      tokenizer.encode(one, { truncation: { max_length, stride, strategy: 'LongestFirst', direction: 'Right' } });
    expect(() => cut(1, 0)).toThrow(expect.objectContaining({ code: 'LENGTH_TOO_SMALL' }));
    expect(() => cut(6, 5)).toThrow(expect.objectContaining({ code: 'LENGTH_TOO_SMALL' }));
  });
});
