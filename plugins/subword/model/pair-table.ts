/** From two numbers to two numbers, in one typed array of [left, right, first, second] with open addressing; an empty place has left -1. */
export interface PairTable {
  readonly slots: Int32Array<ArrayBuffer>;
  /** log2 of the number of places. */
  readonly bits: number;
}

/** A table with room for `count` entries, at most half full. */
export const pairTable = (count: number): PairTable => {
  const bits = Math.max(4, 33 - Math.clz32(count));
  return { slots: new Int32Array(4 << bits).fill(-1), bits };
};

/** Where the pair stands, or the empty place where it belongs: an index into `slots`. */
export const pairAt = ({ slots, bits }: PairTable, left: number, right: number): number => {
  const mask = (1 << bits) - 1;
  let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  let place = (hash >>> (32 - bits)) & mask;
  for (;;) {
    const at = place << 2;
    const found = slots[at]!;
    if (found === -1 || (found === left && slots[at + 1] === right)) return at;
    place = (place + 1) & mask;
  }
};

/** Sets a pair's two values. */
export const setPair = (table: PairTable, left: number, right: number, first: number, second: number): void => {
  const at = pairAt(table, left, right);
  const { slots } = table;
  slots[at] = left;
  slots[at + 1] = right;
  slots[at + 2] = first;
  slots[at + 3] = second;
};
