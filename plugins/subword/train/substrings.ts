import type { Pieces } from './piece-counts.ts';

/** A stretch that several pieces share, and how often it occurs. */
export interface Substring {
  readonly text: string;
  readonly count: number;
}

/** Up to here a stretch of the order is sorted by insertion. */
const FEW = 12;

/**
 * The substrings of 2 to `longest` units that occur at least twice and are followed by different characters, as nodes of the suffix tree of all
 * pieces. The suffixes are sorted by their first `longest` units alone, by three-way radix quicksort (Bentley and Sedgewick 1997).
 */
export const substrings = ({ texts, counts }: Pieces, longest: number): readonly Substring[] => {
  const { units, weights } = join(texts, counts);
  const order = new Int32Array(weights.length);
  let size = 0;
  for (let at = 0; at < units.length; at++) if (units[at] !== 0) order[size++] = at;
  sort(units, order, size, longest);
  const found: Substring[] = [];
  /** Open nodes: [their length, weight before them]. */
  const [lengths, befores] = [new Int32Array(longest + 1), new Float64Array(longest + 1)];
  let [open, weight] = [0, 0];
  for (let i = 0; i < size; i++) {
    const shared = i + 1 < size ? common(units, order[i]!, order[i + 1]!, longest) : 0;
    let before = weight;
    weight += weights[order[i]!]!;
    while (open > 0 && lengths[open - 1]! > shared) {
      open--;
      const count = weight - befores[open]!;
      before = befores[open]!;
      if (count >= 2 && lengths[open]! >= 2 && whole(units, order[i]!, lengths[open]!))
        found.push({ text: String.fromCharCode(...units.subarray(order[i]!, order[i]! + lengths[open]!)), count });
    }
    if (shared > 0 && (open === 0 || lengths[open - 1]! < shared)) {
      lengths[open] = shared;
      befores[open++] = before;
    }
  }
  return found;
};

/** All pieces in one array with zeros between, and for each unit how often its piece occurs. */
const join = (texts: readonly string[], counts: Float64Array) => {
  const size = texts.reduce((sum, text) => sum + text.length + 1, 1);
  const [units, weights] = [new Uint16Array(size), new Float64Array(size)];
  let at = 1;
  texts.forEach((text, piece) => {
    weights.fill(counts[piece]!, at, at + text.length);
    for (let i = 0; i < text.length; i++) units[at++] = text.charCodeAt(i);
    at++;
  });
  return { units, weights };
};

/** Whether a stretch begins and ends between characters. */
const whole = (units: Uint16Array, at: number, length: number): boolean =>
  (units[at]! & 0xfc00) !== 0xdc00 && (units[at + length - 1]! & 0xfc00) !== 0xd800;

/** How many units two suffixes share, `most` at most; a zero is like nothing else. */
const common = (units: Uint16Array, one: number, other: number, most: number): number => {
  let length = 0;
  while (length < most && units[one + length] === units[other + length] && units[one + length] !== 0) length++;
  return length;
};

const sort = (units: Uint16Array, order: Int32Array, size: number, longest: number): void => {
  const stack = [0, size, 0];
  while (stack.length > 0) {
    const [depth, to, from] = [stack.pop()!, stack.pop()!, stack.pop()!];
    if (to - from < 2 || depth >= longest) continue;
    if (to - from <= FEW) {
      insertionSort(units, order, from, to, depth, longest);
      continue;
    }
    const pivot = middle(units[order[from]! + depth]!, units[order[(from + to) >> 1]! + depth]!, units[order[to - 1]! + depth]!);
    let [low, high] = [from, to - 1];
    for (let at = from; at <= high; ) {
      const suffix = order[at]!;
      const unit = units[suffix + depth]!;
      if (unit < pivot) {
        order[at++] = order[low]!;
        order[low++] = suffix;
      } else if (unit > pivot) {
        order[at] = order[high]!;
        order[high--] = suffix;
      } else at++;
    }
    stack.push(from, low, depth, high + 1, to, depth);
    if (pivot !== 0) stack.push(low, high + 1, depth + 1);
  }
};

const middle = (a: number, b: number, c: number): number => (a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b);

const insertionSort = (units: Uint16Array, order: Int32Array, from: number, to: number, depth: number, longest: number): void => {
  for (let i = from + 1; i < to; i++) {
    const suffix = order[i]!;
    let hole = i;
    for (; hole > from && follows(units, order[hole - 1]!, suffix, depth, longest); hole--) order[hole] = order[hole - 1]!;
    order[hole] = suffix;
  }
};

const follows = (units: Uint16Array, one: number, other: number, depth: number, longest: number): boolean => {
  for (let i = depth; i < longest; i++) {
    const difference = units[one + i]! - units[other + i]!;
    if (difference !== 0) return difference > 0;
    if (units[one + i] === 0) return false;
  }
  return false;
};
