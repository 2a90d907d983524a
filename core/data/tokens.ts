/** One sequence of token ids; only the tokenizer knows whether they spell letters or grey levels. */
export type Tokens = Int32Array;

/** Ragged, one entry a row; a backend pads when it builds tensors. */
export type Batch<T> = readonly T[];

/** One sequence and what it is conditioned on, itself ids: a source sentence, a class label. Prompts and corpora are made of these. */
export interface Row {
  readonly tokens: Tokens;
  readonly given?: Tokens;
}

/** A row of no tokens. */
export const EMPTY: Tokens = new Int32Array(0);

/** Rows put together. */
export const concat = (parts: readonly Tokens[]): Tokens => {
  const all = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

const used = new WeakMap<ArrayBufferLike, number>();

/** `row` without its last `back` tokens, then `fresh`. Rows share one growing buffer and copy when they part, so that a long row grows in constant time. */
export const append = (row: Tokens, back: number, fresh: Tokens): Tokens => {
  const kept = row.length - back;
  const length = kept + fresh.length;
  const { buffer } = row;
  const fits = row.byteOffset === 0 && used.get(buffer) === kept && length * 4 <= buffer.byteLength;
  const grown = new Int32Array(fits ? buffer : new ArrayBuffer(Math.max(64, length * 8)), 0, length);
  if (!fits) grown.set(row.subarray(0, kept));
  grown.set(fresh, kept);
  used.set(grown.buffer, length);
  return grown;
};
