import { markPlane, rangesOf } from '../text/classes.ts';

/** A set of code points; each plane's bitmap is made when a character of it is first asked for. */
export class CharSet {
  readonly #planes: (Uint8Array | undefined)[] = [];
  readonly #build: (plane: number) => Uint8Array;

  constructor(build: (plane: number) => Uint8Array) {
    this.#build = build;
  }

  plane(plane: number): Uint8Array {
    const made = this.#planes[plane] ?? this.#build(plane);
    this.#planes[plane] = made;
    return made;
  }

  has(codePoint: number): boolean {
    return this.plane(codePoint >> 16)[codePoint & 0xffff] === 1;
  }
}

/** Everything from `low` to `high`, both included. */
export const range = (low: number, high: number): CharSet =>
  new CharSet((plane) => {
    const table = new Uint8Array(0x10000);
    const from = Math.max(low, plane << 16) - (plane << 16);
    const to = Math.min(high, (plane << 16) + 0xffff) - (plane << 16);
    if (from <= to && from < 0x10000) table.fill(1, from, to + 1);
    return table;
  });

/** The code points of a list of ranges in hexadecimal: `7fd 897-89f`. */
export const listed = (list: string): CharSet => {
  const ranges = rangesOf(list);
  return new CharSet((plane) => {
    const table = new Uint8Array(0x10000);
    for (const [low, high] of ranges) if (low >> 16 === plane) table.fill(1, low & 0xffff, (high & 0xffff) + 1);
    return table;
  });
};

const known = new Map<string, CharSet>();

/** What one class escape of a JavaScript regular expression matches; `source` is trusted to be one. */
export const escaped = (source: string): CharSet => {
  const found = known.get(source);
  if (found) return found;
  const made = new CharSet((plane) => {
    const table = new Uint8Array(0x10000);
    markPlane(table, plane, source, 1);
    return table;
  });
  known.set(source, made);
  return made;
};

const combine = (sets: readonly CharSet[], start: 0 | 1, keep: (so: number, one: number) => number): CharSet =>
  new CharSet((plane) => {
    const table = new Uint8Array(0x10000).fill(start);
    for (const set of sets) {
      const other = set.plane(plane);
      for (let low = 0; low < 0x10000; low++) table[low] = keep(table[low]!, other[low]!);
    }
    return table;
  });

export const union = (sets: readonly CharSet[]): CharSet => (sets.length === 1 ? sets[0]! : combine(sets, 0, (so, one) => so | one));
export const intersection = (sets: readonly CharSet[]): CharSet => (sets.length === 1 ? sets[0]! : combine(sets, 1, (so, one) => so & one));
export const complement = (set: CharSet): CharSet => combine([set], 1, (so, one) => so & (one ^ 1));
