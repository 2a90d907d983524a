type Numbers = Float32Array | Float64Array;

/** What stands for an id where logits offer no choice: one is NaN or +Infinity; all are -Infinity. */
export const BAD = -1;
export const NONE = -2;

/** Where the greatest number stands, the first of equals; BAD or NONE. Four lanes, so that no comparison waits for another. */
export const argmax = (data: Numbers, begin: number, end: number): number => {
  let a = Number.NEGATIVE_INFINITY;
  let b = a;
  let c = a;
  let d = a;
  let atA = -1;
  let atB = -1;
  let atC = -1;
  let atD = -1;
  let sum = 0; // stays below Infinity unless a number is bad
  let other = 0;
  let at = begin;
  for (const last = end - 3; at < last; at += 4) {
    const w = data[at]!;
    const x = data[at + 1]!;
    const y = data[at + 2]!;
    const z = data[at + 3]!;
    sum += w + x;
    other += y + z;
    if (w > a) {
      a = w;
      atA = at;
    }
    if (x > b) {
      b = x;
      atB = at + 1;
    }
    if (y > c) {
      c = y;
      atC = at + 2;
    }
    if (z > d) {
      d = z;
      atD = at + 3;
    }
  }
  for (; at < end; at++) {
    const w = data[at]!;
    sum += w;
    if (w > a) {
      a = w;
      atA = at;
    }
  }
  if (!(sum + other < Number.POSITIVE_INFINITY)) return BAD;
  const greatest = Math.max(a, b, c, d);
  let first = -1;
  if (a === greatest) first = atA;
  if (b === greatest && (first < 0 || atB < first)) first = atB;
  if (c === greatest && (first < 0 || atC < first)) first = atC;
  if (d === greatest && (first < 0 || atD < first)) first = atD;
  return first < 0 ? NONE : first;
};

/** The k-th greatest of the first `count` numbers, by a heap of k; -Infinity where there are no more than k. */
export const kthGreatest = (data: Numbers, count: number, k: number, heap: Float64Array): number => {
  if (count <= k) return Number.NEGATIVE_INFINITY;
  for (let at = 0; at < k; at++) rise(heap, at, data[at]!);
  for (let at = k; at < count; at++) if (data[at]! > heap[0]!) sink(heap, k, data[at]!);
  return heap[0]!;
};

/** Adds a number to a heap whose least is on top. */
export const rise = (heap: Float64Array, size: number, x: number): void => {
  let at = size;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]! <= x) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = x;
};

/** Puts a number in the place of the least. */
export const sink = (heap: Float64Array, size: number, x: number): void => {
  let at = 0;
  for (let child = 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && heap[child + 1]! < heap[child]!) child++;
    if (heap[child]! >= x) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = x;
};

/**
 * The lightest weight in the fewest heaviest ones that together reach `mass`, and how many of that weight it takes:
 * a selection that looks at sums instead of ranks. Reorders the first `count` weights.
 */
export const nucleus = (weights: Float64Array, count: number, mass: number): { readonly lightest: number; readonly ties: number } => {
  let begin = 0;
  let end = count;
  let heavier = 0; // the sum of all that was found to belong
  let scattered = 1; // places that follow no pattern (Lehmer 1951), lest the data's own pattern make every pivot a bad one
  const any = (): number => {
    scattered = (scattered * 48271) % 2147483647;
    return begin + (scattered % (end - begin));
  };
  for (;;) {
    const pivot = middle(weights[any()]!, weights[any()]!, weights[any()]!);
    let greater = begin; // weights[begin … greater] > pivot, weights[greater … at] = pivot, weights[less … end] < pivot
    let less = end;
    let sum = 0;
    for (let at = begin; at < less; ) {
      const x = weights[at]!;
      if (x > pivot) {
        sum += x;
        weights[at++] = weights[greater]!;
        weights[greater++] = x;
      } else if (x < pivot) {
        weights[at] = weights[--less]!;
        weights[less] = x;
      } else at++;
    }
    const equal = (less - greater) * pivot;
    if (greater > begin && heavier + sum >= mass) end = greater;
    else if (less === end || heavier + sum + equal >= mass) {
      const ties = Math.ceil((mass - heavier - sum) / pivot);
      return { lightest: pivot, ties: Math.max(1, Math.min(ties || 1, less - greater)) };
    } else {
      heavier += sum + equal;
      begin = less;
    }
  }
};

const middle = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
