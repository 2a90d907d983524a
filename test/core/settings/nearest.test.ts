import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPlugins, reference } from '../../../core/index.ts';
import { edits } from '../../../core/settings/edits.ts';
import { nearest } from '../../../core/settings/nearest.ts';

const registry = await loadPlugins({ base: process.cwd() });
const KNOWN = [...new Set(reference(registry).flatMap(({ name, options }) => [name, ...options.map(({ path }) => path)]))].filter((name) =>
  /^[a-z_]{4,}$/.test(name),
);

/** A word with one letter put in, left out, replaced, or swapped with its neighbour. */
const slip = (word: string): fc.Arbitrary<string> =>
  fc
    .record({
      kind: fc.constantFrom('in', 'out', 'other', 'swap'),
      at: fc.nat(word.length - 1),
      letter: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
    })
    .map(({ kind, at, letter }) => {
      if (kind === 'in') return word.slice(0, at) + letter + word.slice(at);
      if (kind === 'out') return word.slice(0, at) + word.slice(at + 1);
      if (kind === 'other') return word.slice(0, at) + letter + word.slice(at + 1);
      return word.slice(0, at) + (word[at + 1] ?? '') + word[at] + word.slice(at + 2);
    });

describe('suggestions', () => {
  it.each([
    ['ngarm', 'ngram'],
    ['trasnformer', 'transformer'],
    ['charcters', 'characters'],
    ['GAN', 'gan'],
    ['top-p', 'top_p'],
    ['n_layer', 'layers'],
    ['vea', 'vae'],
    ['xyz', undefined],
    ['k', undefined],
    ['quantum', undefined],
  ])('%s: %s', (name, meant) => {
    expect(nearest(name, ['ngram', 'transformer', 'characters', 'gan', 'vae', 'top_p', 'layers', 'q'])).toBe(meant);
  });

  it('reads letters of any script, and tells names of signs apart', () => {
    expect(nearest('текс', ['имя', 'текст'])).toBe('текст');
    expect(nearest('漢字', ['仮名', '数字'])).toBeUndefined();
    expect(nearest('#', ['-', '+'])).toBeUndefined();
    expect(nearest('a', [])).toBeUndefined();
  });

  it('one slip in a known name of four letters or more suggests it, unless another is as near or is called so elsewhere', () => {
    const plain = (word: string): string => word.replaceAll('_', '');
    const slipped = fc.constantFrom(...KNOWN).chain((word) => slip(word).map((slipped) => ({ word, slipped })));
    fc.assert(
      fc.property(slipped, ({ word, slipped }) => {
        const found = nearest(slipped, KNOWN);
        if (found === word || edits(plain(slipped), plain(found ?? '')) <= 1) return true;
        return found !== undefined && nearest(slipped, [found]) === found && nearest(slipped, [word]) === word;
      }),
      { numRuns: 2000 },
    );
  });

  it('suggests nothing of which more than a third is other', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 8 }), (name, known) => {
        const strange = known.map((one) => `z${one}9`); // no library calls anything so
        const found = nearest(name, strange);
        return found === undefined || edits(name, found) * 3 <= Math.max(name.length, found.length);
      }),
    );
  });
});

describe('edits', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'acb', 1],
    ['ca', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
    ['abcd', 'badc', 2],
  ])('%j and %j: %i', (one, other, distance) => {
    expect(edits(one, other)).toBe(distance);
    expect(edits(other, one)).toBe(distance);
  });

  it('is no more than the letters that are not shared, and no less than the difference of lengths', () => {
    const word = fc.stringMatching(/^[abc]{0,8}$/);
    fc.assert(
      fc.property(word, word, (one, other) => {
        const distance = edits(one, other);
        return distance <= Math.max(one.length, other.length) && distance >= Math.abs(one.length - other.length);
      }),
    );
  });
});
