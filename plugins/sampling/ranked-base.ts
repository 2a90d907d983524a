/** What is found out once about the base of a model's sparse logits, for one temperature. */
export interface RankedBase {
  readonly base: Float32Array;
  /** Ids from the greatest base to the least, equals in the order of ids. */
  readonly order: Int32Array;
  readonly highest: number;
  /** Before each id, the sum of exp((base − highest) / temperature) over all smaller ids; at the end, over all. */
  readonly cumulated: Float64Array;
  /** No number is NaN or +Infinity. */
  readonly sound: boolean;
}

/** Ranks a base: two passes of a radix sort, and a sum. */
export const rankBase = (base: Float32Array, temperature: number): RankedBase => {
  const order = descending(base);
  const highest = order.length === 0 ? Number.NEGATIVE_INFINITY : base[order[0]!]!;
  const cumulated = new Float64Array(base.length + 1);
  let [sum, check] = [0, 0];
  for (let id = 0; id < base.length; id++) {
    const x = base[id]!;
    check += x;
    if (x > Number.NEGATIVE_INFINITY) sum += Math.exp((x - highest) / temperature);
    cumulated[id + 1] = sum;
  }
  return { base, order, highest, cumulated, sound: check < Number.POSITIVE_INFINITY };
};

const descending = (numbers: Float32Array): Int32Array => {
  const bits = new Int32Array(Float32Array.from(numbers, (x) => x + 0).buffer); // -0 counts as 0
  const keys = Uint32Array.from(bits, (word) => (word < 0 ? word : word ^ 0x7fffffff)); // greater numbers have smaller keys
  let order = Int32Array.from(numbers, (_, id) => id);
  for (const shift of [0, 16]) {
    const begins = new Int32Array(65537);
    for (const key of keys) begins[((key >>> shift) & 0xffff) + 1]!++;
    for (let digit = 0; digit < 65536; digit++) begins[digit + 1]! += begins[digit]!;
    const next = new Int32Array(order.length);
    for (const id of order) next[begins[(keys[id]! >>> shift) & 0xffff]!++] = id;
    order = next;
  }
  return order;
};
