/** Bytes from which on a value is kept where it is until everything is put together, once. */
const LARGE = 4096;

/** Bytes one after another, in an array of their own. */
export const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** Writes protocol buffers: fields in any order, messages inside messages. What it is given it looks at until it is finished. */
export class ProtobufWriter {
  readonly #pieces: Uint8Array[] = [];
  #bytes = new Uint8Array(256);
  #length = 0;

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#length + more, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  #varint(value: number | bigint): void {
    this.#room(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 127n) | 128;
    this.#bytes[this.#length++] = Number(rest);
  }

  integer(field: number, value: number | bigint): this {
    this.#varint(field << 3);
    this.#varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.#varint((field << 3) | 5);
    this.#room(4);
    new DataView(this.#bytes.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    this.#put(value);
    return this;
  }

  #put(value: Uint8Array): void {
    if (value.length >= LARGE) {
      this.#pieces.push(this.#bytes.subarray(0, this.#length), value);
      this.#bytes = new Uint8Array(256);
      this.#length = 0;
      return;
    }
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, write: (inner: ProtobufWriter) => unknown): this {
    const inner = new ProtobufWriter();
    write(inner);
    const pieces = inner.#all();
    this.#varint((field << 3) | 2);
    this.#varint(pieces.reduce((length, piece) => length + piece.length, 0));
    for (const piece of pieces) this.#put(piece);
    return this;
  }

  #all(): readonly Uint8Array[] {
    return [...this.#pieces, this.#bytes.subarray(0, this.#length)];
  }

  finish(): Uint8Array {
    return joined(this.#all());
  }
}
