import fc, { type Arbitrary } from 'fast-check';

/** What the reader of one of several requests does next. */
export interface Action {
  readonly of: number;
  readonly does: 'pull' | 'pause' | 'leave';
}

/** What the readers of so many requests do, one after another: pull, rest for a turn of the event loop, leave for good. */
export const schedule = (requests: number, most = 16): Arbitrary<readonly Action[]> =>
  fc.array(
    fc.record({
      of: fc.nat(requests - 1),
      does: fc.oneof(
        { weight: 6, arbitrary: fc.constant('pull' as const) },
        { weight: 2, arbitrary: fc.constant('pause' as const) },
        { weight: 1, arbitrary: fc.constant('leave' as const) },
      ),
    }),
    { maxLength: most, size: 'max' },
  );

/** What a chaotic sampler does for one of its next rows, each number taken modulo what is possible. */
export interface Move {
  readonly from: number;
  readonly back: number;
  readonly fresh: readonly number[];
}

/** The steps of a chaotic sampler: rows are reordered, repeated, dropped, taken back and fed with any number of tokens. */
export const chaos = (vocabulary: number, most = 4): Arbitrary<readonly (readonly Move[])[]> =>
  fc.array(
    fc.array(
      fc.record({
        from: fc.nat(3),
        back: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
        fresh: fc.array(fc.nat(vocabulary - 1), { maxLength: 3, size: 'max' }),
      }),
      { minLength: 1, maxLength: 3, size: 'max' },
    ),
    { maxLength: most, size: 'max' },
  );
