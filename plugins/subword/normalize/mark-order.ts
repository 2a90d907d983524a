import { escaped } from '../pattern/char-set.ts';

/** Marks in a row from which V8 does not order them by itself: it takes time in line with the square of their number. */
const LONG = 64;

/** A mark of the highest canonical combining class, and one of the lowest. */
const [HIGHEST, LOWEST] = ['\u0345', '\u0334'];

const changesPlaces = (one: string, next: string): boolean => (one + next).normalize('NFD') !== one + next;

let classes: Uint8Array | undefined;

/** What orders the marks of the first two planes as their canonical combining classes do, taken from V8 itself; 0 is what never changes places. */
const rankOf = (codePoint: number): number => {
  classes ??= ranked();
  return classes[codePoint] ?? 0;
};

const ranked = (): Uint8Array => {
  const ranks = new Uint8Array(0x20000);
  const marks: string[] = [];
  for (const plane of [0, 1])
    escaped('\\p{M}')
      .plane(plane)
      .forEach((member, low) => {
        const mark = String.fromCodePoint((plane << 16) + low);
        if (member === 1 && mark.normalize('NFD') === mark && (changesPlaces(HIGHEST, mark) || changesPlaces(mark, LOWEST)))
          marks.push(mark);
      });
  marks.sort((one, next) => (changesPlaces(one, next) ? 1 : changesPlaces(next, one) ? -1 : 0));
  let rank = 1;
  for (const [i, mark] of marks.entries()) {
    if (i > 0 && changesPlaces(mark, marks[i - 1]!)) rank++;
    ranks[mark.codePointAt(0)!] = rank;
  }
  return ranks;
};

/** A run of marks, decomposed and in canonical order: each by its class, those of one class as they stood. */
const inOrder = (run: string, name: 'NFD' | 'NFKD'): string => {
  const waiting: string[] = [];
  const parts = new Map<string, readonly string[]>();
  let out = '';
  const release = (): void => {
    for (let rank = 0; rank < waiting.length; rank++) out += waiting[rank] ?? '';
    waiting.length = 0;
  };
  for (const character of run) {
    let known = parts.get(character);
    if (!known) parts.set(character, (known = [...character.normalize(name)]));
    for (const part of known) {
      const rank = rankOf(part.codePointAt(0)!);
      if (rank > 0) waiting[rank] = (waiting[rank] ?? '') + part;
      else {
        release();
        out += part;
      }
    }
  }
  release();
  return out;
};

const run = new RegExp(`(?<![\\p{M}\\uff9e\\uff9f])[\\p{M}\\uff9e\\uff9f]{${LONG},}`, 'gu');

/** A text in a Unicode normalization form, in time in line with its length whatever its marks. */
export const normalized = (text: string, name: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): string =>
  text.length < LONG
    ? text.normalize(name)
    : text.replace(run, (marks) => inOrder(marks, name.includes('K') ? 'NFKD' : 'NFD')).normalize(name);
