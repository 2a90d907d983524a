import fc from 'fast-check';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { describe, expect, it } from 'vitest';
import { Fields } from '../../../plugins/subword/fields.ts';
import { normalized } from '../../../plugins/subword/normalize/mark-order.ts';
import { makeNormalizer } from '../../../plugins/subword/normalize/normalizer.ts';
import type { Normalizer } from '../../../plugins/subword/normalize/rewriter.ts';
import { afterGrapheme } from '../../../plugins/subword/text/graphemes.ts';
import { bareJson, clinging, drawn, everyCharacter } from './rust.ts';
import { absent, tokenizerJson, why } from './texts.ts';

const both = (normalizer: unknown): { ours: Normalizer; theirs: (text: string) => string } => {
  const rust = RustTokenizer.fromString(bareJson({ normalizer })).getNormalizer()!;
  return { ours: makeNormalizer(new Fields(normalizer, 'normalizer')), theirs: (text) => rust.normalizeString(text) };
};

const bert = (more: object) => ({
  type: 'BertNormalizer',
  clean_text: false,
  handle_chinese_chars: false,
  strip_accents: false,
  lowercase: false,
  ...more,
});

describe('normalizers', () => {
  it.each([
    { type: 'StripAccents' },
    bert({ clean_text: true }),
    bert({ handle_chinese_chars: true }),
    bert({ strip_accents: true }),
    bert({ lowercase: true }),
    bert({ clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true }),
    { type: 'Lowercase' },
    { type: 'Nmt' },
    { type: 'NFC' },
    { type: 'NFD' },
    { type: 'NFKC' },
    { type: 'NFKD' },
    { type: 'Strip', strip_left: true, strip_right: true },
  ])('%j makes of every character, 256 in a text, what the Rust original makes', { timeout: 120_000 }, (normalizer) => {
    const { ours, theirs } = both(normalizer);
    const off: string[] = [];
    for (const characters of everyCharacter(256)) {
      const text = characters.map((character) => `a${character}\u0301b${character}`).join('');
      if (ours.apply(text) !== theirs(text)) off.push(characters[0]!.codePointAt(0)!.toString(16));
    }
    expect(off).toEqual([]);
  });

  it.each([{ type: 'NFC' }, { type: 'NFKD' }, { type: 'StripAccents' }, bert({ strip_accents: true, clean_text: true })])(
    '%j makes of characters that cling together what the Rust original makes, with and without spans',
    (normalizer) => {
      const { ours, theirs } = both(normalizer);
      for (const text of drawn(clinging, 5000, 8)) {
        expect(ours.apply(text), JSON.stringify(text)).toBe(theirs(text));
        expect(ours.align({ text, at: 0 }).text).toBe(theirs(text));
      }
    },
  );
});

const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;
const marks = Array.from({ length: 0x20000 }, (_, codePoint) => String.fromCodePoint(codePoint)).filter((c) =>
  /[\p{M}\uff9e\uff9f]/u.test(c),
);
const starters = [...'aeé क\u0958한각\u1100\u1161\u11a8\u09c7\u09be\ufb1dÅ①ｶ\u{1d15e}'];

/** Texts with long runs of few or many different marks, now and then broken by something else. */
const marked = fc
  .record({
    pool: fc.uniqueArray(fc.constantFrom(...marks), { minLength: 1, maxLength: 12 }),
    starter: fc.constantFrom(...starters),
    draws: fc.array(fc.nat({ max: 200 }), { minLength: 100, maxLength: 400, size: 'max' }),
  })
  .map(({ pool, starter, draws }) => draws.map((draw) => (draw === 200 ? starter : pool[draw % pool.length]!)).join(''));

describe('normalization forms of many marks in a row', () => {
  it('are those of V8', () => {
    fc.assert(
      fc.property(marked, fc.constantFrom(...forms), (text, name) => {
        expect(normalized(text, name)).toBe(text.normalize(name));
        expect(normalized(`é${text}é`, name)).toBe(`é${text}é`.normalize(name));
      }),
      { numRuns: 500 },
    );
  });

  it('are those of V8 of every character, among marks of the lowest and the highest class', { timeout: 120_000 }, () => {
    const off: string[] = [];
    for (const characters of everyCharacter(256, 0x20000)) {
      const text = '\u0345\u0334'.repeat(32) + characters.join('\u0345\u0334');
      for (const name of forms) if (normalized(text, name) !== text.normalize(name)) off.push(characters[0]!.codePointAt(0)!.toString(16));
    }
    expect(off).toEqual([]);
  });

  it.each([...forms.map((type) => ({ type })), bert({ strip_accents: true })])('are those of the Rust original: %j', (normalizer) => {
    const { ours, theirs } = both(normalizer);
    for (const text of fc.sample(marked, { numRuns: 200, seed: 1 })) {
      expect(ours.apply(text)).toBe(theirs(text));
      expect(ours.align({ text, at: 0 }).text).toBe(theirs(text));
    }
  });

  it('take time in line with their number, and keep their spans', () => {
    const text = `a${'\u0315\u0316'.repeat(100_000)}b`;
    for (const type of forms) {
      const { ours } = both({ type });
      const begin = process.cpuUsage();
      const { text: made, starts, ends } = ours.align({ text, at: 5 });
      expect(process.cpuUsage(begin).user).toBeLessThan(2e6); // V8 alone: 10 s
      expect(made).toBe(`a${'\u0316'.repeat(100_000)}${'\u0315'.repeat(100_000)}b`);
      expect([starts![0], ends!.at(-1)]).toEqual([5, 5 + text.length]);
    }
  });
});

describe.skipIf(absent)(`the character map of a real tokenizer${why}`, () => {
  it('is read as the Rust original reads it, user-perceived character by user-perceived character', { timeout: 120_000 }, () => {
    const json = tokenizerJson('t5-small');
    const rust = RustTokenizer.fromString(json).getNormalizer()!;
    const ours = makeNormalizer(new Fields(JSON.parse(json).normalizer, 'normalizer'));
    const off: string[] = [];
    for (const characters of everyCharacter(64))
      for (const text of [characters.join('a'), characters.map((character) => `a${character}\u0301b`).join('')])
        if (ours.apply(text) !== rust.normalizeString(text)) off.push(JSON.stringify(text));
    for (const text of drawn(clinging, 20_000, 8)) {
      if (ours.apply(text) !== rust.normalizeString(text)) off.push(JSON.stringify(text));
      if (ours.align({ text, at: 0 }).text !== ours.apply(text)) off.push(`aligned ${JSON.stringify(text)}`);
    }
    expect(off).toEqual([]);
  });
});

describe('user-perceived characters', () => {
  it('end where those of V8 end', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const parts = clinging.filter((part) => !/[\u0915\u0958\u094d]/.test(part)); // conjuncts are joined by a rule of their own
    for (const text of drawn(parts, 5000, 10)) {
      const ends: number[] = [];
      for (let at = 0; at < text.length; ) ends.push((at = afterGrapheme(text, at)));
      expect(ends, Array.from(text, (c) => c.codePointAt(0)!.toString(16)).join(' ')).toEqual(
        Array.from(segmenter.segment(text), ({ index, segment }) => index + segment.length),
      );
    }
  });
});
