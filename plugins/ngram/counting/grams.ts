/** Words of a record: the context's place in the shorter order, the last id, the place without the first id, how often. */
export const RECORD = 4;

/** All n-grams of one order that were met so far, in open addressing: a slot holds a record's number plus one. */
export class Grams {
  size = 0;
  #records = new Uint32Array(1024 * RECORD);
  #slots = new Uint32Array(2048);

  /** [size, RECORD]; a view. */
  get records(): Uint32Array {
    return this.#records.subarray(0, this.size * RECORD);
  }

  /** One more of (context, id); answers its number. `suffix` is where its suffix stands, (context, id) without the first id. */
  add(context: number, id: number, suffix: number): number {
    const slots = this.#slots;
    const records = this.#records;
    const mask = slots.length - 1;
    for (let slot = hash(context, id) & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot]!;
      if (held === 0) return this.#insert(slot, context, id, suffix);
      const at = (held - 1) * RECORD;
      if (records[at] === context && records[at + 1] === id) {
        records[at + 3] = records[at + 3]! + 1;
        return held - 1;
      }
    }
  }

  /** Takes the records of another in; their order stays. */
  restore(records: Uint32Array<ArrayBuffer>): void {
    this.size = records.length / RECORD;
    this.#records = records;
    let slots = 2048;
    while (slots < this.size * 2) slots *= 2;
    this.#rehash(slots);
  }

  #insert(slot: number, context: number, id: number, suffix: number): number {
    const number = this.size++;
    if (this.size * RECORD > this.#records.length) this.#grow();
    const at = number * RECORD;
    this.#records[at] = context;
    this.#records[at + 1] = id;
    this.#records[at + 2] = suffix;
    this.#records[at + 3] = 1;
    this.#slots[slot] = number + 1;
    if (this.size * 5 > this.#slots.length * 3) this.#rehash(this.#slots.length * 2);
    return number;
  }

  #grow(): void {
    const records = new Uint32Array(Math.max(1024, this.size * 2) * RECORD);
    records.set(this.#records);
    this.#records = records;
  }

  #rehash(length: number): void {
    const slots = new Uint32Array(length);
    const mask = length - 1;
    for (let number = 0; number < this.size; number++) {
      let slot = hash(this.#records[number * RECORD]!, this.#records[number * RECORD + 1]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

/** Two words to 32 bits, by multiplication and the finaliser of MurmurHash3. */
const hash = (context: number, id: number): number => {
  let x = Math.imul(context, 0x9e3779b1) ^ Math.imul(id, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
};
