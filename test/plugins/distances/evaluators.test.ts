import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check, type Evaluator, type Item, open, type Tokenizer } from '../../../core/index.ts';
import { Classes } from '../../../plugins/distances/classes.ts';
import { Distances, type DistancesTally } from '../../../plugins/distances/distances.ts';
import { Features } from '../../../plugins/distances/features.ts';
import { Memorisation } from '../../../plugins/distances/memorisation.ts';
import type { FeaturesOption } from '../../../plugins/distances/options.ts';
import { DigitsReader } from '../../../plugins/image/digits/digits-reader.ts';
import type { Image } from '../../../plugins/image/image.ts';
import { input, mean, type Node, reshape, saveOnnx } from '../../../plugins/toolkit/index.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { source } from '../text/source.ts';

/** Levels 0 to 255, a start, ten labels. */
const pixels = (shape: readonly number[], classes = 10): Tokenizer => ({
  vocabulary: 257,
  fingerprint: 'pixels',
  start: 256,
  shape,
  given: { vocabulary: classes, fingerprint: 'labels', tokenize: (raw) => Int32Array.of(Number(raw)), detokenize: (ids) => String(ids[0]) },
  tokenize: (raw) => Int32Array.from((raw as Image).data),
  detokenize: (tokens) => tokens,
});

const FOLDERS = { base: '', kept: '' };
const SETTINGS = {
  measures: ['fid', 'kid', 'precision_recall', 'density_coverage'] as ('fid' | 'kid' | 'precision_recall' | 'density_coverage')[],
  neighbours: 2,
  rows: 2000,
  resamples: 0,
};

type Rows = readonly (readonly number[])[];
const itemsOf = (kind: 'real' | 'generated' | 'training', rows: Rows, labels?: readonly number[]): Item[] =>
  rows.map((row, at) => ({ kind, raw: row, row: { tokens: Int32Array.from(row), ...(labels && { given: Int32Array.of(labels[at]!) }) } }));

const report = async <T>(evaluator: Evaluator<T>, items: readonly Item[]) => {
  let tally: T | undefined;
  for (const item of items) tally = await evaluator.evaluate(item, tally);
  return evaluator.report(tally!);
};

/** Some values that are all over the place. */
const scattered = (count: number, size: number, seed: number): number[][] =>
  Array.from({ length: count }, (_, row) =>
    Array.from({ length: size }, (_, at) => Math.abs(Math.imul(row * 7919 + at * 104729 + seed * 15485863, 0x9e3779b1) >> 8) % 256),
  );

const digits = async (count: number, seed: number) => {
  const [rows, labels]: [number[][], number[]] = [[], []];
  for await (const { raw, given } of new DigitsReader().read(source(JSON.stringify({ digits: { count, size: 16, seed } })))) {
    rows.push([...(raw as Image).data]);
    labels.push(Number(given));
  }
  return { rows, labels };
};

describe('features of a network', () => {
  const network = async (outputs: (x: Node) => Record<string, Node>, ...shape: (number | string)[]) => {
    const file = join(await workplace(), 'network.onnx');
    await saveOnnx(file, outputs(input('x', shape)), new Map(), { name: 'test' });
    return file;
  };
  const looked = async (features: Partial<Exclude<FeaturesOption, string>> & { network: string }, shape: readonly number[], rows: Rows) => {
    const looking = new Features(features, pixels(shape), FOLDERS);
    try {
      const { features: found, logits } = await looking.look(
        itemsOf('real', rows).map(({ row }) => looking.pack(row)),
        [],
      );
      return { features: [...found.data], width: found.width, logits: logits && [...logits.data] };
    } finally {
      await looking.close();
    }
  };
  const flat = (size: number) => (x: Node) => ({ features: reshape(x, ['batch', size]) });

  it('values from 0 to 1 go in, channels first, or as they are; what comes out is what is compared', async () => {
    const colours = [0, 51, 102, 153, 204, 255]; // two pixels of three colours
    expect(
      (await looked({ network: await network(flat(6), 'batch', 3, 1, 2) }, [1, 2, 3], [colours])).features.map((value) =>
        Math.round(value * 5),
      ),
    ).toEqual([0, 3, 1, 4, 2, 5]);
    expect(
      (await looked({ network: await network(flat(6), 'batch', 6) }, [1, 2, 3], [colours])).features.map((value) => Math.round(value * 5)),
    ).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('mean and deviation are taken off and divided by', async () => {
    const { features } = await looked({ network: await network(flat(2), 'batch', 2), mean: 0.5, deviation: 0.25 }, [1, 2], [[0, 255]]);
    expect(features).toEqual([-2, 2]);
  });

  it('a network that wants another size and three channels is fed so', async () => {
    const model = await network((x) => ({ features: reshape(mean(x, { axes: [2, 3] }), ['batch', 3]) }), 'batch', 3, 8, 8);
    const { features, width } = await looked({ network: model }, [4, 4], [new Array(16).fill(102), new Array(16).fill(255)]);
    expect(width).toBe(3);
    expect(features.map((value) => Math.round(value * 10) / 10)).toEqual([0.4, 0.4, 0.4, 1, 1, 1]);
  });

  it('output and logits by their names', async () => {
    const model = await network(
      (x) => ({ first: reshape(x, ['batch', 4]), second: reshape(mean(x, { axes: [3] }), ['batch', 2]) }),
      'batch',
      1,
      2,
      2,
    );
    expect(await looked({ network: model, output: 'second', logits: 'first' }, [2, 2], [[255, 255, 0, 0]])).toEqual({
      features: [1, 0],
      width: 2,
      logits: [1, 1, 0, 0],
    });
  });

  it.each<[string, (x: Node) => Record<string, Node>, (number | string)[], object, RegExp]>([
    [
      'an output that is no [batch, features]',
      (x) => ({ picture: x }),
      ['batch', 1, 2, 2],
      {},
      /its output "picture" is float32 \[batch, 1, 2, 2\]/,
    ],
    ['an output that is not there', flat(4), ['batch', 4], { output: 'pool3' }, /no output "pool3"; known are features/],
    ['another number of values', flat(5), ['batch', 5], {}, /input "x" is \[batch, 5\], and rows are \[2, 2\]/],
    ['two channels', (x) => ({ features: reshape(x, ['batch', 8]) }), ['batch', 2, 2, 2], {}, /input "x" is \[batch, 2, 2, 2\]/],
    [
      'an input of another rank',
      (x) => ({ features: reshape(x, ['batch', 4]) }),
      ['batch', 2, 2],
      {},
      /its input "x" is float32 \[batch, 2, 2\]/,
    ],
  ])('refuses %s', async (_, outputs, shape, settings, message) => {
    const error = await looked({ network: await network(outputs, ...shape), ...settings }, [2, 2], [[1, 2, 3, 4]]).catch(
      (error: unknown) => error,
    );
    expect(error).toMatchObject({ code: 'DISTANCE_NETWORK', message: expect.stringMatching(message) });
  });

  it('refuses a file that is not there, and one that is no network', async () => {
    const folder = await workplace({ 'x.onnx': 'no network' });
    for (const name of ['none.onnx', 'x.onnx'])
      await expect(looked({ network: join(folder, name) }, [2, 2], [[1, 2, 3, 4]])).rejects.toMatchObject({ code: 'DISTANCE_NETWORK' });
  });
});

describe('distances', () => {
  const of = (settings: object = {}, shape = [2, 2]) =>
    new Distances({ features: 'values', ...SETTINGS, ...settings }, new Features('values', pixels(shape), FOLDERS));

  it('are the same whatever the number of rows that are looked at together, and a report between changes nothing', async () => {
    const items = [...itemsOf('real', scattered(600, 4, 1)), ...itemsOf('generated', scattered(300, 4, 2))];
    const whole = await report(of(), items);
    expect(whole).toMatchObject({ real_rows: 600, generated_rows: 300 });
    const evaluator = of();
    let tally: DistancesTally | undefined;
    for (const [at, item] of [...items].reverse().entries()) {
      tally = await evaluator.evaluate(item, tally);
      if (at === 500) await evaluator.report(tally);
    }
    for (const [name, value] of Object.entries(await evaluator.report(tally!))) expect(value, name).toBeCloseTo(whole[name]!, 9);
  });

  it('rows: so many are compared pair by pair, all count for FID', async () => {
    const items = [...itemsOf('real', scattered(600, 4, 1)), ...itemsOf('generated', scattered(300, 4, 2))];
    const [all, some] = [await report(of(), items), await report(of({ rows: 50 }), items)];
    expect(some.fid).toBeCloseTo(all.fid!, 9);
    expect(some.kid).not.toBeCloseTo(all.kid!, 9);
  });

  it('refuse rows of another length, and tokenizers without a shape', async () => {
    await expect(report(of(), itemsOf('real', [[1, 2]]))).rejects.toMatchObject({ code: 'DISTANCE_ROW' });
    const shapeless = new Features('values', { ...pixels([2, 2]), shape: undefined } as never, FOLDERS);
    expect(() => shapeless.pack({ tokens: Int32Array.of(1) })).toThrow(expect.objectContaining({ code: 'DISTANCE_SHAPE' }));
  });
});

describe('a classifier that is learned', () => {
  it('is trained once and kept; tells labels; stands behind distances, classes and copies alike', async () => {
    const kept = join(await workplace(), 'kept');
    const [training, held, made] = [await digits(900, 1), await digits(300, 2), await digits(300, 3)];
    const items = [
      ...itemsOf('training', training.rows, training.labels),
      ...itemsOf('real', held.rows, held.labels),
      ...itemsOf('generated', made.rows, made.labels),
    ];
    const features = () => new Features('classifier', pixels([16, 16]), { base: '', kept }, 200);
    await using classes = new Classes({ features: 'classifier', resamples: 50 }, features());
    const told = await report(classes, items);
    expect(told).toMatchObject({ classes: 10, classes_found: 10, generated_rows: 300 });
    for (const name of ['label_share', 'real_label_share', 'sure_share', 'real_sure_share']) expect(told[name], name).toBeGreaterThan(0.9);
    expect(told.inception_score).toBeGreaterThan(8);
    expect(told.inception_score_high! - told.inception_score_low!).toBeGreaterThan(0.01);
    expect(told.class_shift).toBeLessThan(0.15);
    const [file] = await readdir(kept);
    const { mtimeMs } = await stat(join(kept, file!));

    await using distances = new Distances({ ...SETTINGS, neighbours: 5, features: 'classifier' }, features());
    const near = await report(distances, [...items].reverse());
    const far = await report(
      distances,
      items.map((item) => (item.kind === 'generated' ? { ...item, row: { tokens: item.row.tokens.map((value) => 255 - value) } } : item)),
    );
    expect(far.fid! / near.fid!).toBeGreaterThan(10);
    expect(near.precision).toBeGreaterThan(0.7);
    expect(far.coverage).toBeLessThan(0.2);
    await using memorisation = new Memorisation({ features: 'classifier', rows: 500, resamples: 0 }, features());
    const copies = await report(
      memorisation,
      items.filter(({ kind }) => kind !== 'generated').concat(itemsOf('generated', training.rows, training.labels)),
    );
    expect(copies.copied_share).toBeGreaterThan(0.3); // the third of those learned from that is compared with
    expect((await readdir(kept)).length).toBe(1);
    expect((await stat(join(kept, file!))).mtimeMs).toBe(mtimeMs);
  });

  it.each<[string, Item[], string]>([
    ['rows without labels', itemsOf('training', scattered(9, 4, 1)), 'DISTANCE_NO_LABELS'],
    ['no rows', [], 'DISTANCE_NO_LABELS'],
    ['rows of one label', itemsOf('training', scattered(9, 4, 1), new Array(9).fill(3)), 'DISTANCE_ONE_CLASS'],
    ['labels out of range', itemsOf('training', scattered(2, 4, 1), [1, 10]), 'DISTANCE_LABEL'],
  ])('refuses %s', async (_, items, code) => {
    await using classes = new Classes(
      { features: 'classifier', resamples: 0 },
      new Features('classifier', pixels([2, 2]), { base: '', kept: await workplace() }),
    );
    await expect(report(classes, [...items, ...itemsOf('generated', scattered(3, 4, 5))])).rejects.toMatchObject({ code });
  });

  it('classes want logits', async () => {
    const model = join(await workplace(), 'network.onnx');
    await saveOnnx(model, { features: reshape(input('x', ['batch', 4]), ['batch', 4]) }, new Map(), { name: 'test' });
    const features = { network: model };
    await using classes = new Classes({ features, resamples: 0 }, new Features(features, pixels([2, 2]), FOLDERS));
    await expect(report(classes, itemsOf('generated', scattered(3, 4, 5)))).rejects.toMatchObject({ code: 'DISTANCE_NO_LOGITS' });
  });
});

describe('in a pipeline', () => {
  const definition = (evaluate: unknown, tokenize: unknown = 'pixels') => ({
    name: 'measured',
    data: { train: 'digits.json', valid: 60 },
    stages: { tokenize, backend: 'ngram', sample: 'sampling', evaluate },
    backends: { ngram: { with: { order: 2 } } },
    evaluate: { samples: 30 },
  });

  it('check refuses them for rows of any length; "auto" leaves them out', async () => {
    const text = { ...definition([{ use: 'distances' }, 'memorisation'], 'characters'), data: undefined };
    expect((await check(text)).map(({ message }) => message)).toEqual(
      ['distances', 'memorisation'].map(
        (name) =>
          `"${name}" cannot evaluate this pipeline: it measures rows of one shape, such as pictures, and those of the tokenizer have any length; leave it out.`,
      ),
    );
  });

  it('measures what it generated against what it held out', async () => {
    const folder = await workplace({ 'digits.json': { digits: { count: 260, size: 8, seed: 1 } } });
    const evaluate = [{ use: 'distances', with: { measures: ['kid', 'precision_recall'] } }, 'memorisation', 'likelihood'];
    await using pipeline = await open(definition(evaluate, { use: 'pixels', with: { levels: 2 } }), {
      data: [join(folder, 'digits.json')],
      models: join(folder, 'models'),
    });
    const { distances, memorisation, likelihood } = await pipeline.evaluate({});
    expect(distances).toMatchObject({ real_rows: 60, generated_rows: 30 });
    expect(distances!.kid).toBeGreaterThan(0); // a bigram draws no digits
    expect(memorisation).toMatchObject({ copied_share: 0, compared_rows: 60 });
    expect(likelihood!.perplexity).toBeGreaterThan(1);
    await using auto = await open(definition('auto', { use: 'pixels', with: { levels: 2 } }), {
      data: [join(folder, 'digits.json')],
      models: join(folder, 'models'),
    });
    expect(Object.keys(await auto.evaluate({}))).toEqual(['likelihood']);
  });
});
