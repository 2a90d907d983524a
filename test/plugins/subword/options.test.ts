import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { compileAs } from '../../../plugins/subword/files/open.ts';
import { ForeignTokenizer } from '../../../plugins/subword/foreign-tokenizer.ts';
import { LearningTokenizer, SubwordTokenizer } from '../../../plugins/subword/subword-tokenizer.ts';
import { Counter } from '../../../plugins/subword/train/counter.ts';
import { learn } from '../../../plugins/subword/train/learn.ts';
import type { Pieces } from '../../../plugins/subword/train/piece-counts.ts';
import { planOf } from './learning.ts';

const folder = await mkdtemp(join(tmpdir(), 'options-'));
afterAll(() => rm(folder, { recursive: true }));

/** Learned here, without a thread. */
const taught = (use: string, settings: Readonly<Record<string, unknown>>, ...texts: readonly string[]): SubwordTokenizer => {
  const plan = planOf(use, settings);
  const counter = new Counter(plan);
  for (const text of texts) counter.read(text);
  const learning = learn(plan, counter.pieces());
  let step = learning.next();
  while (!step.done) step = learning.next();
  return new SubwordTokenizer(use, compileAs(step.value.spec, step.value.config));
};

const split = (tokenizer: SubwordTokenizer, text: string): string =>
  tokenizer
    .offsets(text)
    .map(({ name }) => name)
    .join('|');

describe('bpe', () => {
  it('merges the most frequent pair, as the worked example of Sennrich et al. (2016) does', () => {
    const words = [...Array(5).fill('low'), ...Array(2).fill('lower'), ...Array(6).fill('newest'), ...Array(3).fill('widest')];
    const text = words.join(' ');
    const settings = { vocabulary: 258 + 4, pretokenizer: 'gpt2', special_tokens: {}, more_special_tokens: ['<x>'] };
    const tokenizer = taught('bpe', settings, text);
    const names = (from: number) =>
      Array.from({ length: tokenizer.vocabulary - from }, (_, i) => tokenizer.engine.vocabulary.token(from + i));
    expect(names(257)).toEqual(['es', 'est', 'lo', 'low', 'ew']);
  });

  it('vocabulary: so many ids at most', () => {
    const text = 'she sells sea shells by the sea shore '.repeat(20);
    expect(taught('bpe', { vocabulary: 270 }, text).vocabulary).toBe(270);
    expect(taught('bpe', { vocabulary: 273 }, text).vocabulary).toBe(273);
  });

  it('min_count: rarer pairs stay apart', () => {
    expect(split(taught('bpe', { min_count: 3 }, 'ab ab ab cd cd'), 'ab')).toBe('ab');
    expect(split(taught('bpe', { min_count: 4 }, 'ab ab ab cd cd'), 'ab')).toBe('a|b');
  });

  it('longest: no token has more characters', () => {
    const text = 'abcdefgh '.repeat(9);
    expect(split(taught('bpe', {}, text), 'abcdefgh')).toBe('abcdefgh');
    expect(
      split(taught('bpe', { longest: 4 }, text), 'abcdefgh')
        .split('|')
        .every((token) => token.length <= 4),
    ).toBe(true);
  });

  it('pretokenizer: what merging never crosses', () => {
    const text = ' it is 12345'.repeat(50);
    expect(split(taught('bpe', { pretokenizer: 'none' }, text), 'it is 12345 it is')).toMatch(/[^Ġ|]Ġ[^Ġ|]/);
    expect(split(taught('bpe', { pretokenizer: 'gpt2' }, text), ' it is 12345')).toBe('Ġit|Ġis|Ġ12345');
    expect(split(taught('bpe', { pretokenizer: 'cl100k' }, text), ' it is 12345')).toBe('Ġit|Ġis|Ġ|123|45');
    expect(split(taught('bpe', { pretokenizer: 'digits' }, text), ' 12')).toBe('Ġ|1|2');
    const own = { type: 'Split', pattern: { String: 's' }, behavior: 'Isolated', invert: false };
    expect(split(taught('bpe', { pretokenizer: own }, text), 'it is it is')).toMatch(/i\|s\|.*i\|s$/);
  });

  it('alphabet, character_coverage, byte_fallback: characters with an id, and what becomes of the others', () => {
    const text = `${'ab '.repeat(5000)}é`;
    const known = { alphabet: 'characters', special_tokens: { unk_token: '<unk>' }, vocabulary: 400 };
    expect(split(taught('bpe', known, text), 'é')).toBe('▁|<0xC3>|<0xA9>');
    expect(split(taught('bpe', { ...known, character_coverage: 1 }, text), 'é')).toBe('▁|é');
    const none = taught('bpe', { ...known, byte_fallback: false }, text);
    expect(split(none, 'é')).toBe('▁|<unk>');
    expect(none.unknown).toBe(0);
  });

  it('normalizer: texts are made alike first', () => {
    expect(
      taught('bpe', { normalizer: 'lowercase' }, 'ab').detokenize(taught('bpe', { normalizer: 'lowercase' }, 'ab').tokenize('AB')),
    ).toBe('ab');
    const nfc = taught('bpe', { normalizer: { type: 'NFC' } }, 'ab');
    expect([...nfc.tokenize('e\u0301')]).toEqual([...nfc.tokenize('é')]);
  });

  it('special_tokens, more_special_tokens: their roles, and that no text becomes them', () => {
    const settings = { special_tokens: { bos_token: '<a>', eos_token: '<b>', mask_token: '<m>' }, more_special_tokens: ['<c>'] };
    const tokenizer = taught('bpe', settings, '<a><c><m>'.repeat(100));
    expect([tokenizer.start, tokenizer.stop, tokenizer.mask]).toEqual([0, 1, 2]);
    expect(tokenizer.engine.vocabulary.token(3)).toBe('<c>');
    expect([...tokenizer.tokenize('<a><c><m>')].every((id) => id > 3)).toBe(true);
    expect(tokenizer.detokenize(Int32Array.of(0, ...tokenizer.tokenize('<c>'), 3, 1))).toBe('<c>');
  });

  it('forgets the rarest pieces where there are too many to remember', async () => {
    const { PieceCounts } = await import('../../../plugins/subword/train/piece-counts.ts');
    const counts = new PieceCounts({ pieces: 1 << 12, units: 1 << 30 });
    for (let i = 0; i < 20_000; i++) {
      counts.append(`once${i}`, 0, `once${i}`.length);
      counts.append('often', 0, 5);
    }
    const { texts, counts: numbers }: Pieces = counts.pieces();
    expect(texts.length).toBeLessThanOrEqual(1 << 12);
    expect(numbers[texts.indexOf('often')]).toBe(20_000);
  });
});

describe('wordpiece', () => {
  it('takes the longest token that fits; a word that does not come out is unknown', () => {
    const tokenizer = taught('wordpiece', { vocabulary: 60 }, 'play played playing plays player stay stayed staying '.repeat(20));
    expect(split(tokenizer, 'playing')).toMatch(/^play(\|##ing|ing)$/);
    expect(split(tokenizer, 'ström')).toBe('[UNK]');
    expect(tokenizer.detokenize(tokenizer.tokenize('stayed  player'))).toBe('stayed player');
  });

  it('pretokenizer, normalizer, character_coverage, min_count, longest', () => {
    const text = 'Ab-cd Ab-cd Ab-cd Ab-cd é';
    expect(split(taught('wordpiece', {}, text), 'Ab-cd')).toBe('Ab|-|cd');
    expect(split(taught('wordpiece', { pretokenizer: 'spaces' }, text), 'Ab-cd')).toBe('Ab-cd');
    expect(split(taught('wordpiece', { normalizer: 'bert_uncased' }, text), 'AB')).toBe('ab');
    expect(split(taught('wordpiece', {}, text), 'é')).toBe('é');
    expect(split(taught('wordpiece', { character_coverage: 0.9 }, text), 'é')).toBe('[UNK]');
    expect(split(taught('wordpiece', { min_count: 5 }, text), 'Ab')).toBe('A|##b');
    expect(split(taught('wordpiece', { longest: 1 }, text), 'Ab')).toBe('A|##b');
  });
});

describe('unigram', () => {
  const text = 'the cat sat on the mat and the rat ran to the hat '.repeat(30);

  it('vocabulary, longest, and probabilities that sum to nearly one', () => {
    const tokenizer = taught('unigram', { vocabulary: 310 }, text);
    expect(tokenizer.vocabulary).toBeLessThanOrEqual(310);
    expect(split(tokenizer, 'the')).toBe('▁the');
    expect(
      split(taught('unigram', { vocabulary: 310, longest: 2 }, text), 'the')
        .split('|')
        .every((token) => token.length <= 2),
    ).toBe(true);
    const model = tokenizer.engine.compiled.model;
    const scores = model.type === 'Unigram' ? model.scores.slice(259) : [];
    const sum = Array.from(scores).reduce((all, score) => all + Math.exp(score), 0);
    expect(sum).toBeGreaterThan(0.9);
    expect(sum).toBeLessThan(1.01);
  });

  it('byte_fallback, character_coverage, normalizer, pretokenizer', () => {
    expect(split(taught('unigram', {}, text), 'é')).toBe('▁|<0xC3>|<0xA9>');
    expect(split(taught('unigram', { byte_fallback: false }, text), 'é')).toBe('▁|<unk>');
    expect(split(taught('unigram', { character_coverage: 0.5, byte_fallback: false }, text), 'd')).toBe('▁|<unk>');
    expect(split(taught('unigram', { normalizer: 'lowercase' }, text), 'THE')).toBe('▁the');
    expect(split(taught('unigram', { pretokenizer: 'gpt2' }, text), 'cat the')).toMatch(/ the$/);
    expect(split(taught('unigram', {}, '<0x0A> x '.repeat(30)), '<0x0A>')).not.toBe('▁|<0x0A>');
  });

  it('learns the same from the same', () => {
    expect(taught('unigram', {}, text).fingerprint).toBe(taught('unigram', {}, text).fingerprint);
    expect(taught('unigram', {}, text).fingerprint).not.toBe(taught('unigram', {}, `${text}x`).fingerprint);
  });
});

describe('tokenizer', () => {
  it('from, special_tokens: files relative to the pipeline; a model’s copy does without them', async () => {
    await taught('bpe', { more_special_tokens: ['<m>'] }, 'abab abab').save(folder);
    const settings = { from: 'tokenizer.json', special_tokens: { mask_token: '<m>' } };
    const tokenizer = await ForeignTokenizer.open(settings, folder);
    expect(tokenizer.mask).toBe(2);
    expect(tokenizer.detokenize(tokenizer.tokenize('abba'))).toBe('abba');
    const model = await mkdtemp(join(tmpdir(), 'model-'));
    await tokenizer.save(model);
    const copy = await ForeignTokenizer.open(settings, join(folder, 'elsewhere'));
    await copy.load(model);
    expect([copy.fingerprint, copy.mask]).toEqual([tokenizer.fingerprint, 2]);
    await expect(ForeignTokenizer.open({ ...settings, special_tokens: { mask_token: '<n>' } }, folder)).rejects.toMatchObject({
      code: 'UNKNOWN_SPECIAL',
    });
    await rm(model, { recursive: true });
  });

  it('encoding: how the text of a rank file is split, kept with a model', async () => {
    const ranks = Array.from({ length: 256 }, (_, byte) => `${Buffer.of(byte).toString('base64')} ${byte}`);
    await writeFile(
      join(folder, 'mine.tiktoken'),
      [...ranks, `${Buffer.from('12').toString('base64')} 256`, `${Buffer.from('1234').toString('base64')} 257`].join('\n'),
    );
    await expect(ForeignTokenizer.open({ from: 'mine.tiktoken' }, folder)).rejects.toMatchObject({ code: 'UNKNOWN_ENCODING' });
    const old = await ForeignTokenizer.open({ from: 'mine.tiktoken', encoding: 'r50k_base' }, folder);
    const fresh = await ForeignTokenizer.open({ from: 'mine.tiktoken', encoding: 'cl100k_base' }, folder);
    expect([...old.tokenize('1234')]).toEqual([257]);
    expect([...fresh.tokenize('1234')]).toEqual([256, 51, 52]);
    const model = await mkdtemp(join(tmpdir(), 'gpt2-'));
    await fresh.save(model);
    const copy = new SubwordTokenizer('copy');
    await copy.load(model);
    expect(copy.fingerprint).toBe(fresh.fingerprint);
    await rm(model, { recursive: true });
  });
});

describe('fitting', () => {
  it('tells how far it is, and stands where it was told to', async () => {
    const tokenizer = new LearningTokenizer('bpe', planOf('bpe', { vocabulary: 300 }));
    async function* rows(): AsyncGenerator<string> {
      for (let i = 0; i < 300; i++) yield `row ${i} of some text that is read `.repeat(100);
    }
    const last = await lastValueFrom(tokenizer.fit(rows()));
    expect(last.unit).toBe('rows');
    expect(last.done).toBe(300);
    expect(tokenizer.vocabulary).toBe(300);
  });
});
