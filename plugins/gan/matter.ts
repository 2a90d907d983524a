import type { Batch, Row, Tokens } from '../../core/index.ts';
import type { Blueprint } from './blueprint.ts';
import { errors } from './errors.ts';

/** Rows as what the networks are fed: numbers from −1 to 1, or ids, filled up behind the end with what ends a text. Throws GAN_ROW_LENGTH or GAN_ID. */
export const realsOf = ({ network, positions, levels, stop }: Blueprint, rows: Batch<Row>): Float32Array | Int32Array => {
  const text = network === 'text';
  const data = text ? new Int32Array(rows.length * positions) : new Float32Array(rows.length * positions);
  let at = 0;
  for (const { tokens } of rows) {
    if (tokens.length > positions || (tokens.length < positions && (!text || stop === undefined)))
      throw errors.GAN_ROW_LENGTH(tokens.length, positions, 'A row');
    for (let i = 0; i < positions; i++) {
      const id = i < tokens.length ? tokens[i]! : stop!;
      if (!(id >= 0 && id < levels)) throw errors.GAN_ID(id, levels);
      data[at++] = text ? id : ((id + 0.5) * 2) / levels - 1;
    }
  }
  return data;
};

/** The labels of rows. Throws GAN_NO_LABEL or GAN_LABEL. */
export const labelsOf = ({ classes }: Blueprint, given: Batch<Tokens | undefined>): Int32Array =>
  Int32Array.from(given, (label) => {
    if (!label || label.length === 0) throw errors.GAN_NO_LABEL();
    if (label.length > 1) throw errors.GAN_LABEL(`a row of ${label.length} ids`, classes);
    const [id] = label as unknown as [number];
    if (!(id >= 0 && id < classes)) throw errors.GAN_LABEL(String(id), classes);
    return id;
  });

/** The ids nearest to numbers from −1 to 1. */
export const nearestIds = (numbers: Float32Array, levels: number): Tokens =>
  Int32Array.from(numbers, (x) => Math.min(levels - 1, Math.max(0, Math.floor(((x + 1) / 2) * levels))));

/** The likeliest id of each position, from logits [positions, ids]; with Gumbel noise of the same size, one drawn by its probability. */
export const decodedIds = (logits: Float32Array, ids: number, noise?: Float32Array): Tokens => {
  const spoken = new Int32Array(logits.length / ids);
  for (let position = 0; position < spoken.length; position++) {
    let best = Number.NEGATIVE_INFINITY;
    for (let id = 0; id < ids; id++) {
      const at = position * ids + id;
      const height = logits[at]! + (noise ? noise[at]! : 0);
      if (height > best) {
        best = height;
        spoken[position] = id;
      }
    }
  }
  return spoken;
};
