import fc from 'fast-check';
import type { Static } from 'typebox';
import { describe, expect, it } from 'vitest';
import { createRandom, normal } from '../../../core/index.ts';
import { describeBackend, isDeep } from '../../../core/laws/index.ts';
import { Engine, feedsOf, programOf, type Value } from '../../../plugins/toolkit/index.ts';
import { parametersOf } from '../../../plugins/transformer/architecture/parameters.ts';
import { trainingFeeds, trainingGraph } from '../../../plugins/transformer/architecture/training-graph.ts';
import { TransformerAttention } from '../../../plugins/transformer/attend.ts';
import { TransformerDecoder } from '../../../plugins/transformer/decode.ts';
import { TransformerEncoder } from '../../../plugins/transformer/encode.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import type { TransformerOptions } from '../../../plugins/transformer/options.ts';
import { windows } from '../../../plugins/transformer/training/windows.ts';

const VOCABULARY = 12;
const CONTEXT = 24;

type Settings = Static<typeof TransformerOptions>;

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

/** Settings of every kind, small. */
const drawn: fc.Arbitrary<Settings> = fc
  .record({
    preset: fc.constantFrom('gpt2' as const, 'llama' as const),
    layers: fc.integer({ min: 1, max: 3 }),
    kv_heads: fc.integer({ min: 1, max: 2 }),
    group: fc.integer({ min: 1, max: 3 }),
    head_width: fc.constantFrom(2, 4, 6),
    width: fc.constantFrom(8, 12),
    feed_forward: fc.constantFrom(8, 20),
    activation: maybe(fc.constantFrom('gelu' as const, 'gelu_tanh' as const, 'relu' as const, 'swiglu' as const, 'geglu' as const)),
    norm: maybe(fc.constantFrom('layer' as const, 'rms' as const)),
    norm_placement: fc.constantFrom('pre' as const, 'post' as const),
    qk_norm: fc.boolean(),
    positions: fc.constantFrom('learned' as const, 'sinusoidal' as const, 'rotary' as const, 'alibi' as const, 'none' as const),
    tied_embeddings: fc.boolean(),
    biases: maybe(fc.constantFrom('all' as const, 'qkv' as const, 'none' as const)),
    window: maybe(fc.integer({ min: 1, max: 6 })),
    experts: maybe(fc.constantFrom({ count: 2, active: 1 }, { count: 3, active: 2 }, { count: 2, active: 2 })),
  })
  .map(({ group, ...rest }) => {
    const settings = { ...rest, heads: rest.kv_heads * group, context: CONTEXT };
    return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Settings;
  });

const weightsOf = (model: TransformerModel): Map<string, Value> => {
  const random = createRandom(5);
  return new Map(
    [...parametersOf(model.architecture)].map(([name, { shape, initial }]) => {
      const size = shape.reduce((product, dim) => product * dim, 1);
      const middle = 'fill' in initial ? initial.fill : 0;
      return [name, { dims: shape, data: Float32Array.from({ length: size }, () => middle + 0.3 * normal(random)) }];
    }),
  );
};

/** What rows cost on average by the graph that learns. */
const learned = async ({ architecture }: TransformerModel, weights: Map<string, Value>, rows: Int32Array[]): Promise<number> => {
  const lesson = { batch: 2, length: CONTEXT, smoothing: 0, balance: 0 };
  const { loss } = trainingGraph(architecture, lesson);
  const program = programOf({ loss });
  await using engine = await Engine.start({ device: 'cpu', threads: 1 });
  const number = await engine.open(program);
  engine.write(Object.fromEntries([...weights].map(([name, value]) => [name, { ...value, dtype: 'float32' as const }])));
  const feeds = windows(rows, { ...lesson, pack: true, seed: 3 }).next().value!;
  return Number(
    (await engine.run(number, feedsOf(program.inputs, { ...trainingFeeds(architecture, feeds) }))).outputs.loss!.data.toString(),
  );
};

describe('whatever the architecture', () => {
  const kinds = ['rotary', 'learned', 'alibi', 'sinusoidal', 'none'] as const;
  const samples = fc
    .sample(drawn, { seed: 12, numRuns: isDeep() ? 60 : 5 })
    .map((settings, i) => ({ ...settings, positions: kinds[i % 5]! }));
  for (const settings of samples) {
    it(`the laws hold, and it reads as it learned: ${JSON.stringify(settings)}`, async () => {
      await using model = new TransformerModel(settings, { vocabulary: VOCABULARY });
      const weights = weightsOf(model);
      await model.learn(weights);
      const stages = {
        encoder: new TransformerEncoder(model),
        attention: new TransformerAttention(model),
        decoder: new TransformerDecoder(model),
      };
      const capabilities = {
        hidden: 'transformer',
        predictions: [{ kind: 'categorical', extent: 'next' }],
        likelihood: ['exact'],
        agreement: 'tolerance',
      } as const;
      // the deep tier makes a hundred of each: 50 runs, ten seconds at most
      await describeBackend({ stages, capabilities, vocabulary: VOCABULARY }, { runs: isDeep() ? 0.5 : 3, seconds: isDeep() ? 0.1 : 2 });

      // of two experts that are both active, none is full; else training may pass some by
      if (settings.experts && settings.experts.active < settings.experts.count) return;
      const row = (length: number, step: number) => Int32Array.from({ length }, (_, i) => (i * step + (i >> 1)) % VOCABULARY);
      const rows = [row(9, 5), row(6, 7), row(11, 3), row(17, 11)]; // two windows, whichever way they are packed
      const signal = new AbortController().signal;
      const run = { signal, random: [], given: [], task: [] };
      const { hidden } = stages.attention.attend(
        stages.encoder.encode(rows.map((tokens) => tokens.subarray(0, -1))),
        rows.map(() => undefined),
      );
      const nats = await stages.decoder.price(
        hidden,
        rows.map((tokens) => tokens.subarray(1)),
        run,
      );
      const total = nats.flatMap((prices) => [...prices]);
      expect(await learned(model, weights, rows)).toBeCloseTo(total.reduce((sum, each) => sum + each, 0) / total.length, 3);
    });
  }
});
