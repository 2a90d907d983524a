import type { Tokens } from '../../../core/index.ts';
import { errors } from '../errors.ts';
import type { Padding, Truncation } from './compiled.ts';
import type { Slot } from './template.ts';

/** A text as a model reads it: ids and all that is known of each. */
export interface Encoding {
  readonly ids: Tokens;
  /** [start, end] of each token in its text, in units of the string; [0, 0] for special ones. */
  readonly spans: Int32Array;
  /** Which of two texts a token belongs to, as the model is told. */
  readonly types: Int32Array;
  /** 1 where a token is to be attended to, 0 where it is padding. */
  readonly attention: Uint8Array;
  /** 1 where a token was added around the text. */
  readonly special: Uint8Array;
  /** What truncation cut off, in windows of the same length. */
  readonly overflowing: readonly Encoding[];
}

/** Ids and spans of one text, before anything is put around them. */
export interface Sequence {
  readonly ids: Tokens;
  readonly spans: Int32Array;
}

const window = ({ ids, spans }: Sequence, from: number, to: number): Sequence => ({
  ids: ids.slice(from, to),
  spans: spans.slice(2 * from, 2 * to),
});

/** The windows of at most `most` tokens, the one to keep first; neighbours share `stride` tokens. */
const windows = (sequence: Sequence, most: number, { stride, direction }: Truncation): readonly Sequence[] => {
  const length = sequence.ids.length;
  if (length <= most) return [sequence];
  if (most === 0) return [window(sequence, 0, 0), sequence];
  if (stride >= most) throw errors.LENGTH_TOO_SMALL(most, stride);
  const parts: Sequence[] = [];
  for (let done = 0; ; done += most - stride) {
    const [from, to] = direction === 'Right' ? [done, Math.min(done + most, length)] : [Math.max(0, length - done - most), length - done];
    parts.push(window(sequence, from, to));
    if (direction === 'Right' ? to === length : from === 0) return parts;
  }
};

/** Cuts one text or two to the length that is left beside `around` special tokens; the first of each list is kept. */
export const truncate = (sequences: readonly Sequence[], truncation: Truncation, around: number): readonly (readonly Sequence[])[] => {
  const most = truncation.max_length - around;
  const lengths = sequences.map(({ ids }) => ids.length);
  const excess = lengths.reduce((sum, length) => sum + length, 0) - most;
  if (most < 0) throw errors.LENGTH_TOO_SMALL(truncation.max_length, around);
  if (excess <= 0) return sequences.map((sequence) => [sequence]);
  if (truncation.strategy !== 'LongestFirst') {
    const which = truncation.strategy === 'OnlyFirst' ? 0 : 1;
    if ((lengths[which] ?? 0) <= excess)
      throw errors.LENGTH_TOO_SMALL(truncation.max_length, around + most + excess - (lengths[which] ?? 0));
    return sequences.map((sequence, i) => (i === which ? windows(sequence, lengths[i]! - excess, truncation) : [sequence]));
  }
  if (sequences.length === 1) return [windows(sequences[0]!, most, truncation)];
  const short = Math.min(...lengths);
  const kept = 2 * short > most ? [most >> 1, most - (most >> 1)] : [short, most - short];
  const [first, second] = lengths.map((length) => Math.min(length, truncation.max_length)); // beyond that the Rust library does not look
  const swapped = first! > second!;
  return sequences.map((sequence, i) => windows(sequence, kept[(i === 0) === swapped ? 1 : 0]!, truncation));
};

/** Puts the special tokens of a template around sequences. */
export const assemble = (sequences: readonly Sequence[], slots: readonly Slot[]): Encoding => {
  const parts = slots.map((slot) => {
    if ('ids' in slot) return { ids: Int32Array.from(slot.ids), spans: new Int32Array(2 * slot.ids.length), type: slot.type, special: 1 };
    const { ids, spans } = sequences[slot.sequence]!;
    return { ids, spans, type: slot.type, special: 0 };
  });
  const length = parts.reduce((sum, { ids }) => sum + ids.length, 0);
  const [ids, spans, types] = [new Int32Array(length), new Int32Array(2 * length), new Int32Array(length)];
  const special = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    ids.set(part.ids, at);
    spans.set(part.spans, 2 * at);
    types.fill(part.type, at, at + part.ids.length);
    special.fill(part.special, at, at + part.ids.length);
    at += part.ids.length;
  }
  return { ids, spans, types, special, attention: new Uint8Array(length).fill(1), overflowing: [] };
};

/** Makes encodings equally long, as the padding has it. */
export const pad = (encodings: readonly Encoding[], padding: Padding): readonly Encoding[] => {
  const longest = encodings.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const wanted = padding.strategy === 'BatchLongest' ? longest : padding.strategy.Fixed;
  const step = padding.pad_to_multiple_of ?? 1;
  const length = step > 0 ? Math.ceil(wanted / step) * step : wanted;
  return encodings.map((encoding) => padTo(encoding, length, padding));
};

const padTo = (encoding: Encoding, length: number, padding: Padding): Encoding => {
  const overflowing = encoding.overflowing.map((one) => padTo(one, length, padding));
  const more = length - encoding.ids.length;
  if (more <= 0) return { ...encoding, overflowing };
  const at = padding.direction === 'Left' ? more : 0;
  const place = <T extends Int32Array | Uint8Array>(made: T, kept: T, width: number): T => {
    made.set(kept, at * width);
    return made;
  };
  return {
    ids: place(new Int32Array(length).fill(padding.pad_id), encoding.ids, 1),
    spans: place(new Int32Array(2 * length), encoding.spans as Int32Array<ArrayBuffer>, 2),
    types: place(new Int32Array(length).fill(padding.pad_type_id), encoding.types as Int32Array<ArrayBuffer>, 1),
    attention: place(new Uint8Array(length), encoding.attention as Uint8Array<ArrayBuffer>, 1),
    special: place(new Uint8Array(length).fill(1), encoding.special as Uint8Array<ArrayBuffer>, 1),
    overflowing,
  };
};
