import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, logisticPrice, logitsAt, type Prediction, type Random } from '../../../core/index.ts';
import { capabilitiesOf, definitionOf } from '../../../core/plugin/registry.ts';
import { formsInWords, takesSome } from '../../../core/stages/capabilities.ts';
import plugin from '../../../plugins/sampling/index.ts';
import { Sampling } from '../../../plugins/sampling/sampling.ts';
import { dense, luck, type Position, sparse, sparseLogits } from './predictions.ts';

const PLAIN = { temperature: 1, top_k: 0, top_p: 1, min_p: 0, repetition_penalty: 1 };
type Settings = typeof PLAIN;

const draw = (settings: Partial<Settings>, prediction: Prediction, random: Random, row: readonly number[] = []): number =>
  new Sampling({ ...PLAIN, ...settings }).sample(prediction, [Int32Array.from(row)], undefined, { random }).inputIds[0]![0]!;

/** Checks every border between the ids' shares of the unit interval, which is the whole distribution. */
const expectShares = (
  settings: Partial<Settings>,
  prediction: Prediction,
  probabilities: readonly number[],
  row: readonly number[] = [],
): void => {
  const slack = 1e-6;
  let below = 0;
  for (const [id, probability] of probabilities.entries()) {
    if (probability > 2 * slack) {
      expect(draw(settings, prediction, luck(below + slack), row), `${id} begins`).toBe(id);
      expect(draw(settings, prediction, luck(below + probability - slack), row), `${id} ends`).toBe(id);
    }
    below += probability;
  }
};

interface Case {
  readonly settings: Settings;
  readonly seen: readonly number[];
  readonly logits: readonly (number | null)[];
  readonly probabilities: readonly number[];
}

const cases: readonly Case[] = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8'));

describe('sampling agrees with Hugging Face’s generate', () => {
  for (const { settings, seen, logits, probabilities } of cases) {
    const set = Object.entries(settings).filter(([name, value]) => value !== PLAIN[name as keyof Settings]);
    const row = logits.map((logit) => logit ?? Number.NEGATIVE_INFINITY);
    it(`${set.map((pair) => pair.join(' ')).join(', ') || 'plain'}, over ${logits.length} ids`, () => {
      expectShares(settings, dense([row]), probabilities, seen);
    });
    it(`the same where they are sparse`, () => {
      const base = row.map((logit, id) => (id % 3 ? logit - 0.25 : 7));
      const listed = row.flatMap((logit, id) => (id % 3 ? [] : [[id, logit] as const])).reverse();
      expectShares(settings, sparse({ base, rest: 0.25, listed }), probabilities, seen);
    });
  }
});

const logit = fc.oneof(fc.integer({ min: -6, max: 6 }), fc.double({ min: -9, max: 9, noNaN: true }), fc.constant(Number.NEGATIVE_INFINITY));
const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const someSettings = fc.record({
  temperature: fc.constantFrom(0.3, 1, 2.5),
  top_k: fc.constantFrom(0, 1, 3, 50),
  top_p: fc.constantFrom(0.2, 0.75, 0.99, 1),
  min_p: fc.constantFrom(0, 0.05, 0.6),
  repetition_penalty: fc.constantFrom(0.5, 1, 1.7),
});

describe('sampling', () => {
  it('draws from sparse logits what it draws from the row they stand for', () => {
    const numbers = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 300 });
    const listed = fc.array(fc.tuple(fc.nat(299), fc.integer({ min: -6, max: 6 })), { maxLength: 40 });
    fc.assert(
      fc.property(
        someSettings,
        numbers,
        fc.integer({ min: -8, max: 8 }),
        listed,
        fc.array(fc.nat(299), { maxLength: 5 }),
        fc.array(chances, { minLength: 5, maxLength: 5 }),
        (settings, base, rest, list, held, uniforms) => {
          const position: Position = { base: base.map((x) => x / 2), rest, listed: [...new Map(list.filter(([id]) => id < base.length))] };
          const row = held.filter((id) => id < base.length);
          const filled = [...logitsAt(sparseLogits(position), 0)];
          for (const uniform of uniforms) {
            const [a, b] = [sparse(position), dense([filled])].map((prediction) => draw(settings, prediction, luck(uniform), row));
            if (a === b) continue;
            // the two sum in another order: they may differ where the number falls on a border between two shares
            const [c, d] = [-1e-9, 1e-9].map((off) =>
              draw(settings, dense([filled]), luck(Math.min(1 - 1e-12, Math.max(0, uniform + off))), row),
            );
            expect([c, d]).toContain(a);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('top_k: one of the k likeliest, or as likely as the last of them', () => {
    fc.assert(
      fc.property(fc.array(logit, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 45 }), chances, (row, top_k, uniform) => {
        fc.pre(row.some(Number.isFinite));
        const least = [...Float32Array.from(row)].sort((a, b) => b - a)[Math.min(top_k, row.length) - 1]!;
        expect(Math.fround(row[draw({ top_k }, dense([row]), luck(uniform))]!)).toBeGreaterThanOrEqual(least);
      }),
    );
  });

  it('top_k finds NaN and +Infinity at any place', () => {
    for (let at = 0; at < 9; at++)
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const row = Array.from({ length: 9 }, (_, id) => (id === at ? bad : -id));
        expect(() => draw({ top_k: 3 }, dense([row]), luck(0.5))).toThrow('a logit is NaN or +Infinity');
      }
  });

  it('top_p: the nucleus is the smallest that holds p', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 99 }), (list, hundredths) => {
        const total = list.reduce((a, b) => a + b, 0);
        fc.pre((hundredths * total) % 100 !== 0); // where a sum is p exactly, rounding decides
        const order = list.map((_, id) => id).sort((a, b) => list[b]! - list[a]! || a - b);
        let held = 0;
        const kept = new Set<number>();
        for (const id of order) {
          if (held * 100 >= hundredths * total) break;
          kept.add(id);
          held += list[id]!;
        }
        const probabilities = list.map((weight, id) => (kept.has(id) ? weight / held : 0));
        expectShares({ top_p: hundredths / 100 }, dense([list.map(Math.log)]), probabilities);
      }),
    );
  });

  it('min_p: nothing below its share of the likeliest', () => {
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        chances,
        (row, min_p, uniform) => {
          fc.pre(row.some(Number.isFinite));
          const chosen = Math.fround(row[draw({ min_p }, dense([row]), luck(uniform))]!);
          expect(Math.exp(chosen - Math.fround(Math.max(...row)))).toBeGreaterThanOrEqual(min_p - 1e-9);
        },
      ),
    );
  });

  it('temperature: near zero it is greedy, far up it is even', () => {
    const distinct = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(distinct, chances, fc.constantFrom(1e-3, 1e-300, 5e-324), (row, uniform, temperature) => {
        const likeliest = row.indexOf(Math.max(...row));
        expect(draw({ temperature }, dense([row]), luck(uniform))).toBe(likeliest);
        expect(draw({ temperature }, sparse({ base: row, rest: 1, listed: [] }), luck(uniform))).toBe(likeliest);
        expect(draw({ temperature: 1e12 }, dense([row]), luck(uniform))).toBe(Math.floor(uniform * row.length));
      }),
    );
  });

  it('never draws what is impossible, even at the ends of the unit interval', () => {
    const none = Number.NEGATIVE_INFINITY;
    for (const uniform of [0, 1 - 2 ** -53]) {
      expect(draw({}, dense([[none, 1, none]]), luck(uniform))).toBe(1);
      expect(draw({}, sparse({ base: [none, 1, none], rest: 0, listed: [] }), luck(uniform))).toBe(1);
      expect(
        draw(
          {},
          sparse({
            base: [5, 5, 5],
            rest: none,
            listed: [
              [0, none],
              [1, 0],
            ],
          }),
          luck(uniform),
        ),
      ).toBe(1);
      expect(draw({ top_k: 2 }, dense([[none, 1, none]]), luck(uniform))).toBe(1);
      expect(draw({ top_p: 0.9 }, dense([[none, 1, none]]), luck(uniform))).toBe(1);
    }
  });

  it('keeps its precision where the listed hold almost all, and where the heaviest of the base is listed far below', () => {
    const base = Array.from({ length: 200 }, (_, id) => (id === 7 ? 60 : 0));
    const listed = [[7, -3] as const];
    expectShares(
      {},
      sparse({ base, rest: 0, listed }),
      base.map((_, id) => (id === 7 ? Math.exp(-3) : 1) / (199 + Math.exp(-3))),
    );
    expectShares(
      { top_p: 0.5 },
      sparse({ base, rest: 0, listed }),
      base.map((_, id) => (id < 101 && id !== 7 ? 1 / 100 : 0)),
    );
    expectShares(
      {},
      sparse({
        base,
        rest: -60,
        listed: [
          [7, 0],
          [9, 0],
        ],
      }),
      base.map((_, id) => (id === 7 || id === 9 ? 0.5 : 0)),
    );
  });

  it('frequencies are the probabilities, by Pearson’s chi-square', () => {
    const weights = [1, 2, 3, 4, 10, 20, 30, 30];
    const random = createRandom(11);
    const samplers = [dense([weights.map(Math.log)]), sparse({ base: weights.map(Math.log), rest: 0, listed: [[4, Math.log(10)]] })];
    for (const prediction of samplers) {
      const sampler = new Sampling(PLAIN);
      const counts = new Float64Array(weights.length);
      for (let i = 0; i < 20_000; i++) counts[sampler.sample(prediction, [new Int32Array(1)], undefined, { random }).inputIds[0]![0]!]!++;
      const statistic = weights.reduce((sum, weight, id) => sum + (counts[id]! - 200 * weight) ** 2 / (200 * weight), 0);
      expect(statistic).toBeLessThan(24.3); // 7 degrees of freedom: exceeded once in a thousand times
    }
  });

  it('draws each position of a whole row by itself, each row of a request, and one number for each', () => {
    const even = [0, 0, 0, 0];
    const { inputIds } = new Sampling(PLAIN).sample(dense(Array(5).fill(even), [3, 2], 'whole'), [], undefined, {
      random: luck(0.1, 0.3, 0.6, 0.9, 0.4),
    });
    expect(inputIds.map((row) => [...row])).toEqual([
      [0, 1, 2],
      [3, 1],
    ]);
    const next = new Sampling(PLAIN).sample(dense(Array(3).fill(even), [2, 1]), [], undefined, { random: luck(0.3, 0.6) });
    expect(next.inputIds.map((row) => [...row])).toEqual([[1], [2]]);
  });

  it('penalises what each row holds, remembered from step to step', () => {
    const settings = { ...PLAIN, repetition_penalty: 4, top_k: 1 };
    const prediction = dense(
      [
        [4, 3, 2],
        [4, 3, 2],
      ],
      [1, 1],
    );
    const sampler = new Sampling(settings);
    const rows = [[0], [1]].map((row) => Int32Array.from(row));
    const first = sampler.sample(prediction, rows, undefined, { random: luck(0, 0) });
    expect(first.inputIds.map((row) => [...row])).toEqual([[1], [0]]);
    const longer = [
      [0, 1],
      [1, 0],
    ].map((row) => Int32Array.from(row));
    expect(sampler.sample(prediction, longer, first.state, { random: luck(0, 0) }).inputIds.map((row) => [...row])).toEqual([[2], [2]]);
    expect(sampler.sample(prediction, longer, undefined, { random: luck(0, 0) }).inputIds.map((row) => [...row])).toEqual([[2], [2]]);
    expect(new Sampling(PLAIN).sample(prediction, rows, undefined, { random: luck(0, 0) }).state).toBeUndefined();
  });

  it('draws the levels of a logistic with their prices, its scale times the temperature', () => {
    const [mean, logScale, levels] = [2.3, 0.4, 6];
    const prediction = (extent: 'next' | 'whole'): Prediction => ({
      kind: 'logistic',
      extent,
      counts: [1],
      levels,
      mean: { dims: [1], data: Float32Array.of(mean) },
      logScale: { dims: [1], data: Float32Array.of(logScale) },
    });
    for (const temperature of [1, 0.5, 3]) {
      const probabilities = Array.from({ length: levels }, (_, id) =>
        Math.exp(-logisticPrice(id, mean, logScale + Math.log(temperature), levels)),
      );
      for (const extent of ['next', 'whole'] as const) expectShares({ temperature }, prediction(extent), probabilities);
    }
    expect(draw({}, prediction('whole'), luck(0))).toBe(0);
    expect(draw({}, prediction('whole'), luck(1 - 2 ** -53))).toBe(levels - 1);
  });

  it('hands a sample on as it is', () => {
    const rows = [Int32Array.of(1, 2)];
    expect(
      new Sampling(PLAIN).sample({ kind: 'point', extent: 'whole', counts: [2], rows }, [], undefined, { random: luck() }).inputIds,
    ).toBe(rows);
  });

  it('refuses settings that mean nothing for what is predicted, as it declares', () => {
    const rows = [Int32Array.of(0)];
    const mean = { dims: [1], data: new Float32Array(1) };
    const forms = (extent: 'next' | 'whole'): Prediction[] => [
      dense([[0, 0]], [1], extent),
      { kind: 'logistic', extent, counts: [1], levels: 4, mean, logScale: mean },
      { kind: 'point', extent, counts: [1], rows },
    ];
    const definition = definitionOf(plugin, 'sample', 'sampling')!;
    const taken = (settings: Settings) => capabilitiesOf({ plugin, definition }, settings).predictions!;
    for (const setting of [{}, { temperature: 2 }, { top_k: 3 }, { top_p: 0.5 }, { min_p: 0.1 }, { repetition_penalty: 1.1 }])
      for (const prediction of [...forms('next'), ...forms('whole')]) {
        const settings = { ...PLAIN, ...setting };
        const sample = () => new Sampling(settings).sample(prediction, rows, undefined, { random: luck(0.5) });
        if (takesSome(taken(settings), [prediction])) expect(sample().inputIds).toHaveLength(1);
        else expect(sample).toThrow(expect.objectContaining({ code: 'SAMPLING_SETTING_UNUSABLE' }));
      }
    expect(taken(PLAIN)).toHaveLength(6);
    expect(formsInWords(taken({ ...PLAIN, temperature: 2 }))).not.toContain('point whole');
    expect(formsInWords(taken({ ...PLAIN, top_k: 3 }))).toBe('categorical next, categorical whole');
    expect(formsInWords(taken({ ...PLAIN, repetition_penalty: 2 }))).toBe('categorical next');
  });

  it('says where nothing can be chosen, whatever it filters', () => {
    const [nan, none] = [Number.NaN, Number.NEGATIVE_INFINITY];
    for (const settings of [{}, { top_k: 1 }, { top_p: 0.5 }, { min_p: 0.5 }, { repetition_penalty: 2 }]) {
      expect(() => draw(settings, dense([[0, nan, 0]]), luck(0.5))).toThrow(
        '"sampling" cannot choose at position 0 of row 0: a logit is NaN',
      );
      expect(() => draw(settings, dense([[none, none]]), luck(0.5))).toThrow('every logit is -Infinity');
      expect(() => draw(settings, sparse({ base: [0, 0], rest: 0, listed: [[1, nan]] }), luck(0.5))).toThrow('a logit is NaN');
      expect(() => draw(settings, sparse({ base: [none, 0], rest: 0, listed: [[1, none]] }), luck(0.5))).toThrow(
        'every logit is -Infinity',
      );
    }
  });
});
