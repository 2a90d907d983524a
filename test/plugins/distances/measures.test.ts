import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, normal } from '../../../core/index.ts';
import { checkJob } from '../../../plugins/distances/check-job.ts';
import { frechet } from '../../../plugins/distances/measures/frechet.ts';
import { bootstrap, jackknife, meanOf } from '../../../plugins/distances/measures/intervals.ts';
import { kernelDistance } from '../../../plugins/distances/measures/kernel-distance.ts';
import { measureClasses } from '../../../plugins/distances/measures/measure-classes.ts';
import { type DistancesJob, measureDistances } from '../../../plugins/distances/measures/measure-distances.ts';
import { measureMemorisation } from '../../../plugins/distances/measures/measure-memorisation.ts';
import { covariance, type Moments, noMoments, together, withRow } from '../../../plugins/distances/measures/moments.ts';
import { neighbourhoods } from '../../../plugins/distances/measures/neighbours.ts';
import type { Points } from '../../../plugins/distances/measures/points.ts';
import { resizeBilinear } from '../../../plugins/distances/resize.ts';
import reference from './reference.json' with { type: 'json' };

type Rows = readonly (readonly number[])[];

const points = (rows: Rows): Points => ({ count: rows.length, width: rows[0]?.length ?? 0, data: Float32Array.from(rows.flat()) });
const momentsOf = (rows: Rows): Moments => rows.reduce((moments, row) => withRow(moments, row), noMoments(rows[0]?.length ?? 0));
const setOf = (rows: Rows, groups = 16) => ({
  points: points(rows),
  groups: Array.from({ length: groups }, (_, group) => {
    const own = rows.filter((_, at) => at % groups === group);
    return own.length === 0 ? noMoments(rows[0]?.length ?? 0) : momentsOf(own);
  }),
});
const job = (real: Rows, generated: Rows, more: Partial<DistancesJob> = {}): DistancesJob => ({
  kind: 'distances',
  real: setOf(real),
  generated: setOf(generated),
  measures: ['fid', 'kid', 'precision_recall', 'density_coverage'],
  neighbours: 5,
  resamples: 0,
  ...more,
});
const gaussian = (count: number, width: number, seed: number, scale = 1, shift = 0): Rows => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => Array.from({ length: width }, () => Math.fround(shift + scale * normal(random))));
};

/** Moments of a Gaussian, as if of so many rows. */
const known = (mean: number[], covariances: Rows): Moments => ({
  count: 101,
  mean: Float64Array.from(mean),
  products: Float64Array.from(covariances.flat(), (value) => 100 * value),
});

describe('on fixed features', () => {
  it.each(reference.sets.map((set, at) => [at, set] as const))(
    'set %i: FID, KID, precision, recall, density and coverage are those of NumPy and SciPy',
    (_, set) => {
      const found = measureDistances(job(set.real, set.generated, { neighbours: set.k }));
      for (const name of ['fid', 'kid', 'precision', 'recall', 'density', 'coverage'] as const)
        expect(Math.abs(found[name]! - set[name]), name).toBeLessThan(1e-6 * Math.max(1, set[name]));
      expect(found).toMatchObject({ real_rows: set.real.length, generated_rows: set.generated.length });
    },
  );

  it.each(reference.classes.map((set, at) => [at, set] as const))(
    'set %i: the Inception Score and classes are those of SciPy',
    (_, { logits, ...expected }) => {
      const none = { logits: points([]), labels: new Int32Array() };
      const found = measureClasses({
        kind: 'classes',
        real: none,
        generated: { logits: points(logits), labels: new Int32Array(logits.length).fill(-1) },
        resamples: 0,
      });
      for (const [name, value] of Object.entries(expected)) expect(Math.abs(found[name]! - value), name).toBeLessThan(1e-6);
      expect(found).not.toHaveProperty('label_share');
    },
  );

  it('pictures are resized as NumPy interpolates', () => {
    const { from, larger, smaller } = reference.resized;
    for (const [size, expected] of [
      [[9, 12], larger],
      [[3, 4], smaller],
    ] as const)
      resizeBilinear(Float32Array.from(from), [5, 7], [...size]).forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at]!, 5);
      });
  });
});

describe('the Fréchet distance', () => {
  it('is the closed form between Gaussians: by hand in one dimension, along axes, and turned', () => {
    expect(frechet(known([1], [[4]]), known([3], [[9]]))).toBeCloseTo((1 - 3) ** 2 + (2 - 3) ** 2, 9);
    const axes = frechet(
      known(
        [0, 0],
        [
          [4, 0],
          [0, 1],
        ],
      ),
      known(
        [1, 2],
        [
          [1, 0],
          [0, 16],
        ],
      ),
    );
    expect(axes).toBeCloseTo(5 + (2 - 1) ** 2 + (1 - 4) ** 2, 9);
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const turned = (a: number, b: number): Rows => [
      [c * c * a + s * s * b, c * s * (a - b)],
      [c * s * (a - b), s * s * a + c * c * b],
    ];
    expect(frechet(known([0, 0], turned(4, 1)), known([1, 2], turned(1, 16)))).toBeCloseTo(axes, 9);
  });

  it('of large samples comes near the closed form', () => {
    const far = frechet(momentsOf(gaussian(20000, 3, 1)), momentsOf(gaussian(20000, 3, 2, 2, 1)));
    expect(Math.abs(far - (3 + 3))).toBeLessThan(0.25); // each of three axes: (0 − 1)² + (1 − 2)²
  });

  const rows = fc.integer({ min: 1, max: 4 }).chain((width) => {
    const row = fc.array(
      fc.integer({ min: -50, max: 50 }).map((n) => n / 8),
      { minLength: width, maxLength: width },
    );
    const set = fc.array(row, { minLength: width + 1, maxLength: 12 });
    return fc.tuple(set, set);
  });

  it('law: nothing from a set to itself, the same both ways, never below zero', () => {
    fc.assert(
      fc.property(rows, ([one, other]) => {
        const [a, b] = [momentsOf(one), momentsOf(other)];
        const scale = 1 + covariance(a).reduce((sum, line, i) => sum + line[i]!, 0);
        expect(frechet(a, a)).toBeLessThan(1e-6 * scale);
        const [there, back] = [frechet(a, b), frechet(b, a)];
        expect(there).toBeGreaterThanOrEqual(0);
        expect(Math.abs(there - back)).toBeLessThan(1e-5 * (scale + there));
      }),
    );
  });

  it('law: a shift adds its square, a turn of both sets adds nothing', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -20, max: 20 }), ([one, other], shift) => {
        const [a, b] = [momentsOf(one), momentsOf(other)];
        const moved = momentsOf(one.map((row) => row.map((value) => value + shift)));
        expect(frechet(a, moved)).toBeCloseTo(one[0]!.length * shift * shift, 3);
        const flip = (set: Rows): Moments => momentsOf(set.map((row) => row.map((value) => -value).reverse()));
        expect(Math.abs(frechet(flip(one), flip(other)) - frechet(a, b))).toBeLessThan(1e-4 * (1 + frechet(a, b)));
      }),
    );
  });

  it('law: moments are those of all rows, whatever halves they came in', () => {
    fc.assert(
      fc.property(rows, fc.nat(), ([one, other], cut) => {
        const all = [...one, ...other];
        const at = 1 + (cut % (all.length - 1));
        const [whole, halves] = [momentsOf(all), together(momentsOf(all.slice(0, at)), momentsOf(all.slice(at)))];
        expect(halves.count).toBe(all.length);
        covariance(whole)
          .flat()
          .forEach((value, i) => {
            expect(covariance(halves).flat()[i]).toBeCloseTo(value, 8);
          });
      }),
    );
  });

  it('bias: of few rows most of it is seen and taken off', () => {
    const runs = Array.from({ length: 12 }, (_, run) =>
      measureDistances(job(gaussian(60, 8, 100 + run), gaussian(60, 8, 200 + run), { measures: ['fid'] })),
    );
    const mean = (name: string): number => runs.reduce((sum, run) => sum + run[name]! / runs.length, 0);
    expect(mean('fid')).toBeGreaterThan(0.5); // both are the same Gaussian: it should be 0
    expect(Math.abs(mean('fid_without_bias'))).toBeLessThan(mean('fid') / 3);
  });
});

describe('kernel distance and neighbourhoods', () => {
  it('law: KID is the same both ways, and near zero between halves of one Gaussian', () => {
    const [a, b] = [points(gaussian(200, 4, 1)), points(gaussian(150, 4, 2))];
    expect(kernelDistance(a, b, 16).value).toBeCloseTo(kernelDistance(b, a, 16).value, 10);
    expect(Math.abs(kernelDistance(a, b, 16).value)).toBeLessThan(0.15);
    expect(kernelDistance(a, points(gaussian(150, 4, 2, 1, 2)), 16).value).toBeGreaterThan(5);
  });

  it('a group left out is the distance without its rows', () => {
    const [a, b] = [gaussian(24, 3, 1), gaussian(20, 3, 2)];
    const { without } = kernelDistance(points(a), points(b), 4);
    const less = (set: Rows, group: number): Points => points(set.filter((_, at) => at % 4 !== group));
    without.forEach((value, group) => {
      expect(value).toBeCloseTo(kernelDistance(less(a, group), less(b, group), 1).value, 9);
    });
  });

  it('law: a set is precise, recalled and covered by itself; one far away is none of it', () => {
    const one = points(gaussian(30, 3, 4));
    const same = neighbourhoods(one, one, 3);
    expect([meanOf(same.precision), meanOf(same.recall), meanOf(same.coverage)]).toEqual([1, 1, 1]);
    const apart = neighbourhoods(one, points(gaussian(30, 3, 5, 1, 100)), 3);
    expect([apart.precision, apart.recall, apart.density, apart.coverage].map((each) => meanOf(each))).toEqual([0, 0, 0, 0]);
  });

  it('by hand: on a line', () => {
    const found = neighbourhoods(points([[0], [1], [3]]), points([[0.5], [10]]), 1); // radii 1, 1, 2 and 9.5, 9.5
    expect([...found.precision]).toEqual([1, 0]);
    expect([...found.density]).toEqual([2, 0]);
    expect([...found.coverage]).toEqual([1, 1, 0]);
    expect([...found.recall]).toEqual([1, 1, 1]);
  });
});

describe('classes', () => {
  const sure = (...classes: number[]): Rows => classes.map((one) => Array.from({ length: 4 }, (_, i) => (i === one ? 50 : 0)));
  const set = (rows: Rows, labels: number[] = rows.map(() => -1)) => ({ logits: points(rows), labels: Int32Array.from(labels) });

  it('the Inception Score of sure and even rows is the number of classes, of one class 1', () => {
    const of = (...classes: number[]) =>
      measureClasses({ kind: 'classes', real: set(sure(0, 1, 2, 3)), generated: set(sure(...classes)), resamples: 0 });
    expect(of(0, 1, 2, 3).inception_score).toBeCloseTo(4, 6);
    expect(of(2, 2, 2)).toMatchObject({
      inception_score: expect.closeTo(1, 6),
      classes_found: 1,
      rarest_class_share: 0,
      class_shift: 0.75,
      sure_share: 1,
    });
    expect(of(0, 1, 2, 3).class_shift).toBe(0);
  });

  it('labels that were obeyed, of those that have one; a label beyond the classes is refused', () => {
    const found = measureClasses({
      kind: 'classes',
      real: set(sure(0, 1), [0, 0]),
      generated: set(sure(0, 1, 2), [0, 2, -1]),
      resamples: 0,
    });
    expect(found).toMatchObject({ label_share: 0.5, real_label_share: 0.5 });
    expect(() => checkJob({ kind: 'classes', real: set(sure(0)), generated: set(sure(0), [4]), resamples: 0 })).toThrow(
      /label 4, and there are 4 classes/,
    );
  });
});

describe('memorisation', () => {
  const real = gaussian(200, 3, 1);
  const training = gaussian(200, 3, 2);
  const of = (generated: Rows, resamples = 0) =>
    measureMemorisation({ kind: 'memorisation', real: points(real), training: points(training), generated: points(generated), resamples });

  it('what is new is as near to one as to the other; copies are told, and so is what lies close to them', () => {
    expect(Math.abs(of(gaussian(400, 3, 3)).closer_to_training_share! - 0.5)).toBeLessThan(0.1);
    expect(of(training.slice(0, 50))).toMatchObject({ closer_to_training_share: 1, copied_share: 1, nearest_training: 0 });
    const near = of(training.slice(0, 50).map((row) => row.map((value) => value + 0.01)));
    expect(near.closer_to_training_share).toBeGreaterThan(0.9);
    expect(near.copied_share).toBe(0);
  });

  it('compares with as many of each, and has an interval', () => {
    const more = [...training, ...gaussian(2000, 3, 9)];
    const uneven = measureMemorisation({
      kind: 'memorisation',
      real: points(real),
      training: points(more),
      generated: points(gaussian(400, 3, 3)),
      resamples: 0,
    });
    expect(uneven.compared_rows).toBe(200);
    expect(Math.abs(uneven.closer_to_training_share! - 0.5)).toBeLessThan(0.1);
    const { closer_to_training_share_low: low, closer_to_training_share_high: high } = of(gaussian(400, 3, 3), 500);
    expect(high! - low!).toBeGreaterThan(0.05);
    expect([low! < 0.5, high! > 0.45]).toEqual([true, true]);
  });
});

describe('intervals', () => {
  it('bootstrap: of a mean as wide as theory says, and the same every time', () => {
    const values = Float64Array.from(gaussian(400, 1, 5).flat());
    const interval = () => bootstrap(400, 2000, (rows) => meanOf(values, rows));
    const { low, high } = interval();
    expect(high - low).toBeGreaterThan(0.8 * 2 * 1.96 * 0.05);
    expect(high - low).toBeLessThan(1.2 * 2 * 1.96 * 0.05);
    expect(interval()).toEqual({ low, high });
  });

  it('jackknife: of a mean its standard error, by hand', () => {
    const [values, groups] = [[1, 2, 3, 4], 4];
    const without = values.map((left) => (10 - left) / 3);
    const { low, high } = jackknife(2.5, without);
    expect((high - low) / 2).toBeCloseTo(1.96 * Math.sqrt(5 / 3 / groups), 10); // the variance of the values is 5/3
  });

  it('cover the distance between Gaussians', () => {
    const found = measureDistances(job(gaussian(800, 2, 1), gaussian(800, 2, 2, 1, 1), { resamples: 200 }));
    expect([found.fid_low! < 2.1, found.fid_high! > 1.9, found.fid_high! - found.fid_low! < 1]).toEqual([true, true, true]);
    for (const name of ['kid', 'precision', 'recall', 'density', 'coverage']) {
      expect(found[`${name}_low`]).toBeLessThanOrEqual(found[name]!);
      expect(found[`${name}_high`]).toBeGreaterThanOrEqual(found[name]!);
    }
  });
});

describe('refuses', () => {
  const good = gaussian(12, 4, 1);
  it.each<[string, Rows, Rows, string, RegExp]>([
    ['nothing generated', good, [], 'DISTANCE_EMPTY', /no generated rows/],
    ['nothing held out', [], good, 'DISTANCE_EMPTY', /no real rows/],
    ['fewer rows than features', good, gaussian(4, 4, 2), 'DISTANCE_TOO_FEW', /at least 5 generated rows, and there are 4/],
    ['fewer real rows than features', gaussian(3, 4, 2), good, 'DISTANCE_TOO_FEW', /at least 5 real rows/],
    ['no more rows than neighbours', good, gaussian(5, 4, 2), 'DISTANCE_TOO_FEW', /precision_recall needs at least 6/],
    ['real rows that are all alike', Array(9).fill([1, 2]), gaussian(9, 2, 1), 'DISTANCE_CONSTANT', /All 9 real rows/],
  ])('%s', (_, real, generated, code, message) => {
    const error = (): void => checkJob(job(real, generated));
    expect(error).toThrow(expect.objectContaining({ code }));
    expect(error).toThrow(message);
  });

  it('only what was asked: a few rows have a KID', () => {
    expect(Object.keys(measureDistances(job(good, good.slice(0, 3), { measures: ['kid'] })))).toEqual([
      'kid',
      'real_rows',
      'generated_rows',
    ]);
  });

  it('not a generator that says one thing: its distance is that of a point', () => {
    const found = measureDistances(job(gaussian(500, 2, 1), Array(20).fill([0, 0]), { neighbours: 3 }));
    expect(found.fid).toBeGreaterThan(1.7); // its covariance is nothing: the trace of the real one is left, about 2
    expect(found.coverage).toBeLessThan(0.1);
    expect(found.recall).toBeLessThan(0.1);
  });
});
