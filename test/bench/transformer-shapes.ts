import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Static } from 'typebox';
import { Training as Steps } from '../../plugins/toolkit/index.ts';
import { trainingFeeds, trainingGraph } from '../../plugins/transformer/architecture/training-graph.ts';
import { TransformerModel } from '../../plugins/transformer/model.ts';
import type { TransformerOptions } from '../../plugins/transformer/options.ts';
import { InferenceEngine } from '../../plugins/transformer/session/engine.ts';
import { optimizerOf } from '../../plugins/transformer/training/optimizer.ts';
import { windows } from '../../plugins/transformer/training/windows.ts';
import type { Say } from './main.ts';
import { median, randomWeights } from './transformer-models.ts';
import { ours, prompt } from './transformer-reading.ts';

type Settings = Static<typeof TransformerOptions>;

const VOCABULARY = 512;
const SMALL = { preset: 'llama', layers: 4, heads: 4, width: 256 } as const;
const ROUNDS = 5;

const modelOf = async (settings: Settings): Promise<TransformerModel> => {
  const model = new TransformerModel(settings, { vocabulary: VOCABULARY });
  await model.learn(randomWeights(model));
  return model;
};

/** What a mixture of experts and a sliding window cost. */
export const bench = async (say: Say): Promise<undefined> => {
  await sliding(say);
  await experts(say);
  return undefined;
};

/** Time and memory of reading rows of growing length, with a window and without. */
const sliding = async (say: Say): Promise<void> => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (const window of [256, undefined]) {
    const model = new TransformerModel({ ...SMALL, context: 16384, ...(window && { window }) }, { vocabulary: VOCABULARY });
    const engine = await InferenceEngine.open({
      architecture: model.architecture,
      precisions: { layers: 'float32', head: 'float32' },
      weights: randomWeights(model),
      device: 'cpu',
      threads: 2,
    });
    for (const length of [1024, 2048, 4096, 8192, 16384]) {
      collect();
      const before = process.memoryUsage().arrayBuffers;
      const began = performance.now();
      await engine.read([{ fresh: prompt(length, 0, VOCABULARY), memory: 0, next: 1, positions: 1 }], async () => undefined);
      const took = performance.now() - began;
      collect();
      const kept = process.memoryUsage().arrayBuffers - before;
      engine.release(1);
      const name = window ? `window ${window}` : 'no window';
      say(`${name}, ${length} tokens: µs a token, MB kept`, `${((1000 * took) / length).toFixed(0)} ${(kept / 1e6).toFixed(1)}`);
    }
    await engine.close();
  }
};

/** 8 experts of which 2 are active, beside one feed-forward as wide as two. */
const experts = async (say: Say): Promise<void> => {
  const shapes = { dense: { ...SMALL, feed_forward: 2048 }, mixed: { ...SMALL, feed_forward: 1024, experts: { count: 8, active: 2 } } };
  const costs: Record<string, Record<string, number>> = {};
  for (const [name, settings] of Object.entries(shapes)) {
    await using model = await modelOf({ ...settings, context: 256 });
    await ours(model.session, 200, 1, 8, VOCABULARY);
    const times = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await ours(model.session, 200, 1, 32, VOCABULARY));
    costs[name] = {
      'a token, batch 1': median(times.map((each) => each.token)),
      'a prefill of 200': median(times.map((each) => each.first)),
      'a training step of 8 × 128': await step(model, 8),
      'a training step of 32 × 128': await step(model, 32),
    };
  }
  for (const [what, dense] of Object.entries(costs.dense!)) {
    const mixed = costs.mixed![what]!;
    say(`${what}: dense, 8 experts with 2 active, ms, ratio`, `${dense.toFixed(2)} ${mixed.toFixed(2)} ${(mixed / dense).toFixed(2)}`);
  }
};

const step = async ({ architecture }: TransformerModel, batch: number): Promise<number> => {
  const length = 128;
  const plan = {
    ...trainingGraph(architecture, { batch, length, smoothing: 0, balance: 0.01 }),
    optimizer: optimizerOf({ steps: 100 }),
    clip: { norm: 1 },
  };
  await using training = await Steps.start({ transformer: plan }, { device: 'cpu', seed: 1 });
  const feeds = windows([prompt(65536, 0, VOCABULARY)], { batch, length, pack: true, seed: 1 });
  const times: number[] = [];
  for (let count = 0; count < 12; count++) {
    const began = performance.now();
    await training.step({ ...trainingFeeds(architecture, feeds.next().value!) });
    if (count > 1) times.push(performance.now() - began);
  }
  return median(times);
};
