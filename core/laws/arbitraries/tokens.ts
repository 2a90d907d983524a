import fc, { type Arbitrary } from 'fast-check';
import { createRandom, type Random } from '../../data/random.ts';
import type { Batch, Row, Tokens } from '../../data/tokens.ts';

/** How long a row may be. */
export interface Lengths {
  readonly min?: number;
  readonly max?: number;
}

/** Rows of ids below `vocabulary`; they shrink to few and small ones. */
export const tokens = (vocabulary: number, { min = 0, max = 8 }: Lengths = {}): Arbitrary<Tokens> =>
  fc.int32Array({ min: 0, max: vocabulary - 1, minLength: Math.min(min, max), maxLength: max, size: 'max' });

/** Rows with, where wanted, what they are conditioned on: as many kinds of ids as said, or those of the vocabulary. */
export const row = (vocabulary: number, lengths: Lengths = {}, given: boolean | number = false): Arbitrary<Row> =>
  given
    ? fc.record({ tokens: tokens(vocabulary, lengths), given: tokens(given === true ? vocabulary : given, { min: 1, max: 4 }) })
    : tokens(vocabulary, lengths).map(
        (ids) => ({ tokens: ids }),
        (value) => (value as Row).tokens,
      );

/** Several rows at once, ragged. */
export const batch = <T>(row: Arbitrary<T>, { min = 2, max = 4 }: Lengths = {}): Arbitrary<Batch<T>> =>
  fc.array(row, { minLength: min, maxLength: max, size: 'max' });

/** One thing asked for: where it begins, how long it may be, its luck, and the ids that end it. */
export interface Prompt {
  readonly prompt: Row;
  readonly limit: number;
  /** The first draws, in sixteenths and a half, so that luck grows smaller with the rest of a counter-example; those after come of the seed. */
  readonly luck?: readonly number[];
  readonly seed: number;
  readonly stop?: readonly number[];
}

/** Requests of one row. */
export const prompt = (row: Arbitrary<Row>, vocabulary: number, limit = 8): Arbitrary<Prompt> =>
  fc
    .record({
      prompt: row,
      limit: fc.integer({ min: 1, max: limit }),
      luck: fc.array(fc.nat(15), { maxLength: 6, size: 'max' }),
      seed: seed(),
      stop: fc.array(fc.nat(vocabulary - 1), { maxLength: 2, size: 'max' }),
    })
    .map(({ stop, ...rest }) => (stop.length === 0 ? rest : { ...rest, stop }));

/** The luck of such a request. */
export const luckOf = ({ luck = [], seed }: Pick<Prompt, 'luck' | 'seed'>): Random => {
  const after = createRandom(seed);
  let drawn = 0;
  return Object.assign(() => (drawn < luck.length ? (luck[drawn++]! + 0.5) / 16 : after()), { state: after.state });
};

/** The seed of all of one check's luck. */
export const seed = (): Arbitrary<number> => fc.nat(0xffff);
