import { setImmediate as pause } from 'node:timers/promises';
import { errors } from './errors.ts';
import type { OpenedFile } from './file.ts';
import type { Level } from './trie.ts';

const STRETCH = 2 ** 16; // n-grams judged before others get their turn

/** How many words the levels of a model take. */
export const modelWords = (sizes: readonly number[]): number =>
  sizes.reduce((words, size, at) => words + size * (at === 0 ? 1 : 3) + (at + 1 < sizes.length ? 2 * size + 1 : 0), 0);

/** The levels of a model as views of its file; nothing is copied. */
export const levelsOf = ({ bytes, header: { sizes }, body }: OpenedFile): readonly Level[] => {
  let at = body;
  const take = <T>(View: new (bytes: ArrayBuffer, from: number, length: number) => T, length: number): T => {
    at += length * 4;
    return new View(bytes, at - length * 4, length);
  };
  return sizes.map((size, below) => {
    const context = below + 1 < sizes.length;
    return {
      size,
      ids: take(Int32Array, below === 0 ? 0 : size),
      links: take(Int32Array, below === 0 ? 0 : size),
      logits: take(Float32Array, size),
      first: take(Int32Array, context ? size + 1 : 0),
      weights: take(Float32Array, context ? size : 0),
    };
  });
};

/** Holds every index of a model to its bounds, so that no lookup can leave it or fail to end, and no price is not a number. Throws NGRAM_FILE. */
export const check = async (name: string, levels: readonly Level[]): Promise<void> => {
  const vocabulary = levels[0]!.size;
  for (const [below, { size, ids, links, logits, first, weights }] of levels.entries()) {
    const shorter = levels[below - 1]?.size ?? 0;
    const longer = levels[below + 1]?.size ?? 0;
    let sound = first.length === 0 || (first[0] === 0 && first[size] === longer);
    for (let from = 0; from < size && sound; from += STRETCH) {
      for (let i = from; i < Math.min(size, from + STRETCH); i++) {
        sound &&= logits[i]! <= LOG_ONE && (below === 0 || (inside(ids[i]!, vocabulary) && inside(links[i]!, shorter)));
        sound &&= first.length === 0 || (first[i]! <= first[i + 1]! && weights[i]! <= LOG_ONE && weights[i]! > -Infinity);
      }
      await pause();
    }
    if (!sound) throw errors.NGRAM_FILE(name, `an entry of its ${below + 1}-grams points nowhere or has no probability`);
  }
};

/** The logarithm of one, and what rounding may add to it. */
const LOG_ONE = 1e-6;

const inside = (index: number, size: number): boolean => index >= 0 && index < size;
