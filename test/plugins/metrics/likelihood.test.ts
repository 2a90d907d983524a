import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item } from '../../../core/index.ts';
import { Likelihood, type LikelihoodTally } from '../../../plugins/metrics/likelihood.ts';

const [UNKNOWN, START, STOP] = [0, 1, 2];
const words = new Likelihood({ unknown: UNKNOWN, stop: STOP });
const bytes = new Likelihood({ stop: STOP });

const scored = (tokens: readonly number[], nats: readonly number[], raw: unknown, cost = 0): Item => ({
  kind: 'scored',
  row: { tokens: Int32Array.from(tokens) },
  raw,
  nats: Float64Array.from(nats),
  cost,
});

const measure = (likelihood: Likelihood, ...items: readonly Item[]) =>
  likelihood.report(items.reduce<LikelihoodTally | undefined>((tally, item) => likelihood.evaluate(item, tally), undefined)!);

describe('likelihood', () => {
  it('adds up what hand and pencil do', () => {
    // prices: 1 bit, 3 bits (unknown), 2 bits (stop); then 2 bits (stop) alone
    const bit = Math.LN2;
    const found = measure(words, scored([START, 5, UNKNOWN, STOP], [bit, 3 * bit, 2 * bit], 'ab é'), scored([START, STOP], [2 * bit], ''));
    expect(found.tokens).toBe(4);
    expect(found.nats_per_token).toBeCloseTo(2 * bit, 12);
    expect(found.perplexity).toBeCloseTo(4, 12);
    expect(found.perplexity_without_unknown).toBeCloseTo(2 ** (5 / 3), 12);
    expect(found.unknown_share).toBeCloseTo(1 / 4, 12);
    expect(found.bits_per_byte).toBeCloseTo(8 / 7, 12); // "ab é" and its line end have 6 bytes, the empty line 1
    expect(Object.keys(found)).toEqual([
      'nats_per_token',
      'perplexity',
      'bits_per_byte',
      'perplexity_without_unknown',
      'unknown_share',
      'tokens',
    ]);
  });

  it('counts a line’s end as a byte where the row has a stop, and nothing beside a text that has its own', () => {
    const of = (tokens: readonly number[], raw: string): number => 8 / measure(bytes, scored(tokens, [8 * Math.LN2], raw)).bits_per_byte!;
    expect(of([START, STOP], 'abc')).toBeCloseTo(4, 12);
    expect(of([START, 9], 'abc')).toBeCloseTo(3, 12);
    expect(of([START, STOP], 'ab\nc\n')).toBeCloseTo(5, 12);
    const endless = new Likelihood({});
    expect(measure(endless, scored([START, STOP], [8 * Math.LN2], 'abc')).bits_per_byte).toBeCloseTo(8 / 3, 12);
  });

  it('prices whole rows at every token', () => {
    const found = measure(words, scored([UNKNOWN, 5], [1, 2], 'x'));
    expect(found).toMatchObject({ tokens: 2, unknown_share: 0.5, nats_per_token: 1.5, perplexity_without_unknown: Math.exp(2) });
  });

  it('says of a bound that it is one, and gives no part of it', () => {
    const found = measure(words, scored([5, 6], [1, 2], 'xyz', 3), scored([7, 8], [1, 1], 'xyz', 0));
    expect(found).toEqual({
      nats_per_token_bound: 2,
      perplexity_bound: Math.exp(2),
      bits_per_byte_bound: 8 / Math.LN2 / 6,
      unknown_share: 0,
      tokens: 4,
    });
  });

  it('leaves out what cannot be said', () => {
    expect(Object.keys(measure(bytes, scored([1, 5], [1], 'x')))).toEqual(['nats_per_token', 'perplexity', 'bits_per_byte', 'tokens']);
    expect(Object.keys(measure(bytes, scored([1, 5], [1], 'x'), scored([1, 5], [1], { picture: true })))).toEqual([
      'nats_per_token',
      'perplexity',
      'tokens',
    ]);
    expect(measure(words, scored([START, UNKNOWN], [1], 'x'))).not.toHaveProperty('perplexity_without_unknown');
    expect(measure(words, scored([START], [], ''))).toEqual({ tokens: 0 });
    expect(measure(words, scored([START, UNKNOWN], [Number.POSITIVE_INFINITY], 'x'), scored([START, 5], [1], 'x'))).toMatchObject({
      perplexity: Number.POSITIVE_INFINITY,
      perplexity_without_unknown: Math.E,
    });
  });

  it('is a fold that may be taken apart anywhere, in any order', () => {
    const item = fc.array(fc.tuple(fc.nat(6), fc.double({ min: 0, max: 20, noNaN: true })), { minLength: 1, maxLength: 8 }).map((list) =>
      scored(
        [START, ...list.map(([id]) => id)],
        list.map(([, nats]) => nats),
        'text',
      ),
    );
    fc.assert(
      fc.property(fc.array(item, { minLength: 2, maxLength: 8 }), fc.nat(), (items, at) => {
        const whole = measure(words, ...items);
        const cut = 1 + (at % (items.length - 1));
        const half = (part: readonly Item[]) =>
          part.reduce<LikelihoodTally | undefined>((tally, one) => words.evaluate(one, tally), undefined)!;
        const [merged, reversed] = [
          words.report(words.merge(half(items.slice(0, cut)), half(items.slice(cut)))),
          measure(words, ...[...items].reverse()),
        ];
        for (const other of [merged, reversed])
          for (const [name, value] of Object.entries(whole))
            expect(Math.abs(other[name]! - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value));
      }),
    );
  });
});
