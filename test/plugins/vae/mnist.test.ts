import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createRandom, type Measures, normal } from '../../../core/index.ts';
import { isDeep } from '../../../core/laws/index.ts';
import { LatentEvaluator, type LatentTally } from '../../../plugins/vae/latent/evaluator.ts';
import { VaeModel } from '../../../plugins/vae/model.ts';
import { VaeTrainer } from '../../../plugins/vae/train.ts';
import { settingsOf, trainingOf } from './made.ts';
import { absent, binary, corpusOf, heldOut, readMnist, why } from './mnist.ts';
import { recogniser } from './recognise.ts';

const trained = async (settings: object, training: object, drawn = true): Promise<VaeModel> => {
  const model = new VaeModel(settingsOf(settings), binary);
  const run = { random: createRandom(1), signal: new AbortController().signal };
  await lastValueFrom(new VaeTrainer(model, trainingOf(training)).train(corpusOf(readMnist().train, 1, drawn), run).pipe(toArray()));
  return model;
};

const measured = async (model: VaeModel, drawn = true): Promise<Measures> => {
  const evaluator = new LatentEvaluator(model, { draws: 500, bound_rows: 200, seed: 0 });
  let tally: LatentTally | undefined;
  for (const row of heldOut(readMnist().valid, drawn)) tally = evaluator.evaluate({ kind: 'real', row, raw: undefined }, tally);
  return evaluator.report(tally!);
};

const TIMEOUT = 3_600_000;

describe.skipIf(absent || !isDeep())(`MNIST, the last 10,000 training pictures held out${why}`, () => {
  it('dense 784-400-20, ten epochs: the negative ELBO is at most 106 nats, and 500 draws come at least 3 nearer', {
    timeout: TIMEOUT,
  }, async () => {
    await using model = await trained({}, { epochs: 10 });
    const found = await measured(model);
    console.log(found);
    expect(found.negative_elbo_nats).toBeLessThan(106);
    expect(found.bound_gain_nats).toBeGreaterThan(3);
  });

  it('convolutional, twelve epochs: at most 99 nats', { timeout: TIMEOUT }, async () => {
    const network = { use: 'conv', with: { channels: [16, 32], width: 256 } };
    await using model = await trained({ network }, { epochs: 12, schedule: 'cosine' });
    const found = await measured(model);
    console.log(found);
    expect(found.negative_elbo_nats).toBeLessThan(99);
  });

  it('conditional, β = 4: a classifier trained on real digits recognises 95% of the means drawn for a label', {
    timeout: TIMEOUT,
  }, async () => {
    await using model = await trained({ family: { use: 'vae', with: { beta: 4 } }, conditional: true }, { epochs: 20, schedule: 'cosine' });
    const { train, valid } = readMnist();
    await using judge = await recogniser(train);
    const real = await judge.recognise(Float32Array.from(valid.pixels.subarray(0, 1000 * 784), (pixel) => pixel / 255));
    expect(real.filter((digit, at) => digit === valid.classes[at]).length).toBeGreaterThan(970);
    const random = createRandom(3);
    const labels = Array.from({ length: 1000 }, (_, at) => at % 10);
    const z = Float32Array.from({ length: 1000 * 20 }, () => normal(random));
    const given = Float32Array.from({ length: 10_000 }, (_, at) => Number(labels[Math.floor(at / 10)] === at % 10));
    const { logits } = await model.decode(z, given);
    const found = await judge.recognise((logits!.data as Float32Array).map((logit) => 1 / (1 + Math.exp(-logit))));
    const share = found.filter((digit, at) => digit === labels[at]).length / 1000;
    console.log({ share });
    expect(share).toBeGreaterThan(0.95);
  });

  it.each([
    [false, 10],
    [true, 4],
  ])('denoising, clipped: %s: what is reconstructed is %d times nearer than what is seen', { timeout: TIMEOUT }, async (clip, factor) => {
    const settings = { family: 'autoencoder', latent: 64, network: { use: 'dense', with: { layers: [512] } } };
    await using model = await trained(
      { ...settings, corruption: { use: 'gaussian', deviation: 0.5, clip } },
      { epochs: 4, schedule: 'cosine', learning_rate: 2e-3 },
      false,
    );
    const found = await measured(model, false);
    console.log(found);
    expect(found.denoising_factor).toBeGreaterThan(factor);
  });
});
