/** How a reader tells its caller's user what is wrong with the bytes. */
export type Fail = (what: string) => Error;

/** How many fields one message may have: more than any model needs, fewer than a hostile file could ask for. */
const MOST_FIELDS = 10_000_000;
/** How deep messages may stand in one another, as with every reader of the format. */
const MOST_NESTED = 100;
const MOST_NUMBER = 2 ** 29 - 1;

// What a field's key says of its length.
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const GROUPS: readonly number[] = [3, 4];

/** A message of a protocol buffer: its fields in their order, read one after another, and nothing is copied. */
export class Message {
  readonly bytes: Uint8Array;
  readonly fail: Fail;
  readonly #depth: number;

  constructor(bytes: Uint8Array, fail: Fail, depth = 0) {
    if (depth > MOST_NESTED) throw fail(`its messages stand more than ${MOST_NESTED} deep in one another`);
    this.bytes = bytes;
    this.fail = fail;
    this.#depth = depth;
  }

  *[Symbol.iterator](): Generator<Field, void> {
    const { bytes, fail } = this;
    for (let at = 0, count = 0; at < bytes.length; count++) {
      if (count === MOST_FIELDS) throw fail(`a message in it has more than ${MOST_FIELDS} fields`);
      const begin = at;
      at = endOf(bytes, at, fail);
      const key = unsigned(bytes, begin, at);
      const number = Math.floor(key / 8);
      const kind = key % 8;
      if (number === 0 || number > MOST_NUMBER) throw fail(`it has a field of number ${number} at byte ${begin}`);
      let from = at;
      if (kind === VARINT) at = endOf(bytes, at, fail);
      else if (kind === BYTES) {
        from = endOf(bytes, at, fail);
        at = from + unsigned(bytes, at, from);
      } else if (kind === FIXED32) at += 4;
      else if (kind === FIXED64) at += 8;
      else
        throw fail(
          `field ${number} at byte ${begin} is of ${GROUPS.includes(kind) ? 'the abandoned kind "group"' : `the unknown kind ${kind}`}`,
        );
      if (at > bytes.length)
        throw fail(`it ends in the middle of field ${number}, which claims ${at - from} bytes where ${bytes.length - from} are left`);
      yield new Field(this, number, kind, from, at);
    }
  }

  /** A message that stands inside this one. */
  inner(bytes: Uint8Array): Message {
    return new Message(bytes, this.fail, this.#depth + 1);
  }
}

/** A field that nobody has looked into: it is read as what its asker takes it for, or refused. */
export class Field {
  readonly number: number;
  readonly #message: Message;
  readonly #kind: number;
  readonly #from: number;
  readonly #to: number;

  constructor(message: Message, number: number, kind: number, from: number, to: number) {
    this.number = number;
    this.#message = message;
    this.#kind = kind;
    this.#from = from;
    this.#to = to;
  }

  #mustBe(right: boolean, what: string): void {
    if (!right) throw this.#message.fail(`field ${this.number} is ${NAMES[this.#kind]} where ${what}`);
  }

  /** What it holds, as it stands in the file. */
  get #raw(): Uint8Array {
    return this.#message.bytes.subarray(this.#from, this.#to);
  }

  bytes(): Uint8Array {
    this.#mustBe(this.#kind === BYTES, 'bytes belong');
    return this.#raw;
  }

  message(): Message {
    return this.#message.inner(this.bytes());
  }

  /** A number without a sign, or a truth; beyond 53 bits it loses what does not fit. */
  unsigned(): number {
    this.#mustBe(this.#kind === VARINT, 'a whole number belongs');
    return unsigned(this.#message.bytes, this.#from, this.#to);
  }

  /** Whole numbers with their signs: one, or many packed into bytes. */
  integers(): readonly bigint[] {
    this.#mustBe(this.#kind === VARINT || this.#kind === BYTES, 'whole numbers belong');
    const { bytes, fail } = this.#message;
    const whole = bytes.subarray(0, this.#to);
    const found: bigint[] = [];
    for (let at = this.#from; at < this.#to; ) {
      const end = endOf(whole, at, fail);
      found.push(signed(whole, at, end));
      at = end;
    }
    return found;
  }

  /** A number of single or double precision. */
  float(): number {
    this.#mustBe(this.#kind === FIXED32 || this.#kind === FIXED64, 'a number with a point belongs');
    const { bytes } = this.#message;
    const view = new DataView(bytes.buffer, bytes.byteOffset + this.#from, this.#to - this.#from);
    return this.#kind === FIXED32 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  }

  /** The bytes of such numbers, little-endian: of one, or of many packed. */
  floats(): Uint8Array {
    this.#mustBe(this.#kind !== VARINT, 'numbers with a point belong');
    return this.#raw;
  }
}

const NAMES: Readonly<Record<number, string>> = {
  [VARINT]: 'a whole number',
  [FIXED64]: 'a number of 8 bytes',
  [BYTES]: 'bytes',
  [FIXED32]: 'a number of 4 bytes',
};

/** Where a number ends that begins here; it has 64 bits at most, in ten bytes. */
const endOf = (bytes: Uint8Array, from: number, fail: Fail): number => {
  if (bytes[from]! < 128) return from + 1;
  for (let at = from; at < from + 10; at++) {
    if (at >= bytes.length) throw fail(`it ends in the middle of a number, after ${bytes.length} bytes`);
    if (bytes[at]! < 128) {
      if (at === from + 9 && bytes[at]! > 1) break;
      return at + 1;
    }
  }
  throw fail(`a number in it, at byte ${from}, has more than 64 bits`);
};

const unsigned = (bytes: Uint8Array, from: number, to: number): number => {
  if (to - from === 1) return bytes[from]!;
  let value = 0;
  for (let at = to - 1; at >= from; at--) value = value * 128 + (bytes[at]! & 127);
  return value;
};

const signed = (bytes: Uint8Array, from: number, to: number): bigint => {
  if (to - from < 8) return BigInt(unsigned(bytes, from, to));
  let value = 0n;
  for (let at = to - 1; at >= from; at--) value = value * 128n + BigInt(bytes[at]! & 127);
  return BigInt.asIntN(64, value);
};
