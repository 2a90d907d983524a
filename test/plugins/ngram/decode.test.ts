import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tokens } from '../../../core/index.ts';
import { NgramAttention } from '../../../plugins/ngram/attend.ts';
import { NgramDecoder } from '../../../plugins/ngram/decode.ts';
import { NgramEncoder } from '../../../plugins/ngram/encode.ts';
import { NgramModel } from '../../../plugins/ngram/model.ts';
import { idsOf, learned, logitsOf } from './learned.ts';

const numRuns = process.env.STAGEWRIGHT_DEEP ? 10_000 : 300;

/** A trained model of any shape, and rows to read with it, some of ids that were never learned. */
const scene = fc
  .record({
    vocabulary: fc.integer({ min: 3, max: 9 }),
    order: fc.integer({ min: 1, max: 6 }),
    smoothing: fc.constantFrom('kneser-ney', 'laplace'),
    ends: fc.constantFrom([0, 1], [0, 0], [undefined, undefined]),
  })
  .chain(({ vocabulary, order, smoothing, ends: [start, stop] }) => {
    const row = fc
      .array(fc.integer({ min: 2, max: vocabulary - 1 }), { minLength: 1, maxLength: 9 })
      .map((ids) => Int32Array.from([...(start === undefined ? [] : [start]), ...ids]));
    const whole = row.map((ids) => Int32Array.from([...ids, ...(stop === undefined ? [] : [stop])]));
    return fc
      .record({ rows: fc.array(whole, { minLength: 1, maxLength: 25 }), reads: fc.array(row, { minLength: 1, maxLength: 4 }) })
      .map((more) => ({
        ...more,
        silent: start === stop ? -1 : start!,
        model: learned({ order, smoothing }, idsOf(vocabulary, start, stop), more.rows),
      }));
  });

/** What a model predicts after every token of one row read alone and at once. */
const alone = (model: NgramModel, row: Tokens, dense = true): Float32Array[] => {
  const { hidden } = new NgramAttention(model).attend(new NgramEncoder().encode([row]), [undefined]);
  return logitsOf(new NgramDecoder(model, dense).decode(hidden, [row.length]));
};

const price = (model: NgramModel, row: Tokens, targets: Tokens): Float64Array => {
  const { hidden } = new NgramAttention(model).attend([row], [undefined]);
  return new NgramDecoder(model).price(hidden, [targets])[0]!;
};

describe('what an n-gram predicts', () => {
  test('sums to one after every token, and never is `start`', () => {
    fc.assert(
      fc.property(scene, ({ model, reads, silent }) => {
        for (const logits of reads.flatMap((row) => alone(model, row))) {
          expect(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)).toBeCloseTo(1, 5);
          for (const [id, logit] of logits.entries()) expect(logit > -Infinity && logit <= 1e-6).toBe(id !== silent);
        }
      }),
      { numRuns },
    );
  });

  test('is the same bits listed, in full, and as the price of one id, expected or not', () => {
    fc.assert(
      fc.property(scene, fc.nat(), ({ model, reads }, luck) => {
        for (const row of reads) {
          const full = alone(model, row);
          expect(alone(model, row, false)).toEqual(full);
          const { vocabulary } = model.identity;
          const expected = Int32Array.from([...row.subarray(1), luck % vocabulary]);
          const surprising = row.map((id, at) => (id + luck + at) % vocabulary);
          for (const targets of [expected, surprising]) {
            expect([...price(model, row, targets)]).toEqual(Array.from(targets, (id, at) => -full[at]![id]!));
          }
        }
      }),
      { numRuns },
    );
  });

  test('is the same bits alone, in a batch, and read in pieces, and leaves memories as they were', () => {
    fc.assert(
      fc.property(scene, fc.array(fc.nat(3), { minLength: 1 }), ({ model, reads }, pieces) => {
        const attention = new NgramAttention(model);
        const decoder = new NgramDecoder(model, false);
        const longest = Math.max(...reads.map((row) => row.length));
        const found: Float32Array[][] = reads.map(() => []);
        let memory: readonly (Tokens | undefined)[] = reads.map(() => undefined);
        for (let from = 0, turn = 0; from < longest; turn++) {
          const to = from + 1 + pieces[turn % pieces.length]!;
          const fresh = reads.map((row) => row.subarray(from, to));
          const kept = memory.map((one) => one && [...one]);
          const attended = attention.attend(fresh, memory);
          expect(memory.map((one) => one && [...one])).toEqual(kept);
          const counts = fresh.map((one) => one.length);
          const rows = logitsOf(decoder.decode(attended.hidden, counts));
          for (const [at, count] of counts.entries()) found[at]!.push(...rows.splice(0, count));
          ({ memory } = attended);
          from = to;
        }
        expect(found).toEqual(reads.map((row) => alone(model, row)));
      }),
      { numRuns },
    );
  });

  test('lists few ids of many, and full rows where ids are few', () => {
    const rows = [[0, 2, 3, 1]];
    const kindOf = (vocabulary: number) => {
      const model = learned({ order: 3, smoothing: 'kneser-ney' }, idsOf(vocabulary, 0, 1), rows);
      const prediction = new NgramDecoder(model).decode([Int32Array.of(0, 2), Int32Array.of(3, 2)], [1, 0]);
      return prediction.kind === 'categorical' ? prediction : undefined;
    };
    expect(kindOf(512)).toMatchObject({ counts: [1, 0], logits: { dims: [1, 512] } });
    expect(kindOf(513)).toMatchObject({ counts: [1, 0], logits: { vocabulary: 513, ids: Int32Array.of(3), offsets: Int32Array.of(0, 1) } });
  });

  test('is an error before anything is learned, and for ids that no token has', () => {
    const untrained = new NgramModel({ order: 3, smoothing: 'laplace' }, idsOf(5, 0, 1));
    expect(() => alone(untrained, Int32Array.of(0))).toThrow(expect.objectContaining({ code: 'NGRAM_UNTRAINED' }));
    const model = learned({ order: 3, smoothing: 'laplace' }, idsOf(5, 0, 1), [[0, 2, 1]]);
    for (const id of [-1, 5]) {
      expect(() => alone(model, Int32Array.of(0, id))).toThrow(expect.objectContaining({ code: 'NGRAM_ID' }));
      expect(() => price(model, Int32Array.of(0), Int32Array.of(id))).toThrow(expect.objectContaining({ code: 'NGRAM_ID' }));
    }
  });
});
