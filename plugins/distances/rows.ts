import type { Tokenizer, Tokens } from '../../core/index.ts';
import { errors } from './errors.ts';

/** A row as it waits to be looked at: its ids in as few bytes as they need, a hash by which it is chosen, and its label. */
export interface Waiting {
  readonly ids: Uint8Array | Uint16Array | Int32Array;
  readonly hash: number;
  readonly label?: number;
}

/** What of a tokenizer is needed to look at rows as values. */
export interface Form {
  /** [height, width] or [height, width, channels], or the shape of other rows. */
  readonly shape: readonly number[];
  readonly size: number;
  /** How many ids are levels: all but the special ones. */
  readonly levels: number;
}

/** Throws DISTANCE_SHAPE where rows have none. */
export const formOf = ({ shape, vocabulary, start, stop, mask, unknown }: Tokenizer, who: string): Form => {
  if (!shape) throw errors.DISTANCE_SHAPE(who, 'any length');
  const specials = new Set([start, stop, mask, unknown].filter((id) => id !== undefined));
  return { shape, size: shape.reduce((product, dim) => product * dim, 1), levels: vocabulary - specials.size };
};

/** A row's ids, packed. Throws DISTANCE_ROW where it is not whole. */
export const waiting = ({ size, levels }: Form, tokens: Tokens, label: number | undefined): Waiting => {
  if (tokens.length !== size) throw errors.DISTANCE_ROW(tokens.length, size);
  const ids = levels <= 256 ? Uint8Array.from(tokens) : levels <= 65536 ? Uint16Array.from(tokens) : tokens;
  return { ids, hash: hashOf(tokens), ...(label !== undefined && { label }) };
};

/** A number in [0, 2⁵³) that depends on all ids: two lanes that multiply and rotate, each finished as in MurmurHash3. */
const hashOf = (tokens: Tokens): number => {
  let [high, low] = [0x2545f491, 0x6c078965];
  for (const id of tokens) {
    high = Math.imul(high ^ id, 0x9e3779b1);
    high = (high << 13) | (high >>> 19);
    low = Math.imul((low ^ id) + high, 0x85ebca77);
    low = (low << 17) | (low >>> 15);
  }
  return (finish(high ^ (low >>> 7)) & 0x1fffff) * 4294967296 + (finish(low) >>> 0);
};

const finish = (hash: number): number => {
  let x = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
};

/** Rows as numbers from 0 to 1, [rows, size], in the order of their ids. */
export const valuesOf = ({ size, levels }: Form, rows: readonly Waiting[]): Float32Array => {
  const scale = levels > 1 ? 1 / (levels - 1) : 1;
  const values = new Float32Array(rows.length * size);
  for (const [row, { ids }] of rows.entries()) for (let at = 0; at < size; at++) values[row * size + at] = ids[at]! * scale;
  return values;
};

/** Values [rows, height, width, channels] as [rows, channels, height, width]. */
export const channelsFirst = (values: Float32Array, [height, width, channels = 1]: readonly number[]): Float32Array => {
  if (channels === 1) return values;
  const area = height! * width!;
  const out = new Float32Array(values.length);
  for (let begin = 0; begin < values.length; begin += area * channels)
    for (let pixel = 0; pixel < area; pixel++)
      for (let channel = 0; channel < channels; channel++)
        out[begin + channel * area + pixel] = values[begin + pixel * channels + channel]!;
  return out;
};
