import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRandom, type Row, type Tokenizer } from '../../../core/index.ts';
import { createCorpus } from '../../../core/laws/fakes/corpus.ts';
import { VaeModel } from '../../../plugins/vae/model.ts';
import { VaeTrainer, weightOf } from '../../../plugins/vae/train.ts';
import { learned, rowsOf } from './learned.ts';
import { settingsOf, tokenizerOf, trainingOf } from './made.ts';

const pictures = tokenizerOf({ levels: 2, shape: [2, 3] });
const small = { latent: 2, network: { use: 'dense', with: { layers: [4] } } };
const rows = rowsOf(24, 6, 2);

const trained = async (settings: object, training: object, tokenizer: Tokenizer = pictures, on: readonly Row[] = rows) => {
  const made = await learned({ ...small, ...settings }, training, tokenizer, on);
  onTestFinished(() => made.model[Symbol.asyncDispose]());
  return made;
};
const figuresOf = async (settings: object, training: object) =>
  (await trained(settings, training)).words.flatMap(({ figures }) => (figures ? [figures] : []));

describe('a training', () => {
  it('takes as many steps as its epochs and its batch come to', async () => {
    const { words } = await trained({}, { epochs: 3, batch: 8 });
    const steps = words.filter(({ warning }) => warning === undefined);
    expect(steps.map(({ done, total, unit }) => [done, total, unit])).toEqual(Array.from({ length: 9 }, (_, at) => [at + 1, 9, 'steps']));
  });

  it('tells reconstruction and divergence apart, in nats and in bits a dimension', async () => {
    for (const figures of await figuresOf({}, { epochs: 2, batch: 8 })) {
      expect(figures.loss).toBeCloseTo(figures.reconstruction! + figures.divergence!, 4);
      expect(figures.reconstruction_bits_per_dimension).toBeCloseTo(figures.reconstruction! / Math.LN2 / 6, 6);
      expect(figures.divergence_bits_per_dimension).toBeCloseTo(figures.divergence! / Math.LN2 / 6, 6);
    }
  });

  it('moves its learning rate as it is told', async () => {
    const rates = async (training: object) =>
      (await figuresOf({}, { epochs: 1, batch: 6, learning_rate: 0.01, ...training })).map((one) => one.learning_rate!);
    for (const rate of await rates({})) expect(rate).toBeCloseTo(0.01, 8);
    const rising = await rates({ warmup: 4 });
    [0.0025, 0.005, 0.0075, 0.01].forEach((rate, at) => {
      expect(rising[at]).toBeCloseTo(rate, 8);
    });
    const falling = await rates({ schedule: 'cosine' });
    // (1 + cos(π · step/4)) / 2 of the highest
    [1, 0.853553, 0.5, 0.146447].forEach((share, at) => {
      expect(falling[at]).toBeCloseTo(0.01 * share, 6);
    });
  });

  it('lets the weight of the divergence rise over its annealing', () => {
    const weights = (family: object) => [0, 1, 2, 3, 4, 9].map((step) => weightOf({ settings: settingsOf({ family }) }, step));
    expect(weights({ use: 'vae', with: { beta: 2, annealing: 4 } })).toEqual([0, 0.5, 1, 1.5, 2, 2]);
    expect(weights({ use: 'vae', with: { beta: 2 } })).toEqual([2, 2, 2, 2, 2, 2]);
    expect(weights({ use: 'importance_weighted' })[0]).toBeUndefined();
  });

  it('clips the gradient where it is told', async () => {
    const loss = async (training: object) => (await figuresOf({}, { epochs: 8, batch: 24, learning_rate: 0.05, ...training })).at(-1)!.loss;
    expect(await loss({ clip: 1e-9 })).not.toBeCloseTo((await loss({}))!, 4); // so small that the ε of Adam outweighs it
  });

  it('says which device it cannot have', async () => {
    await expect(trained({ device: 'cuda' }, {})).rejects.toMatchObject({ code: 'TOOLKIT_NO_DEVICE' });
  });

  it('hands its threads on', () => {
    expect(new VaeModel(settingsOf({ ...small, threads: 3 }), pictures).engine).toEqual({ device: 'cpu', threads: 3 });
  });

  it('warns of a posterior that has collapsed, with the mend', async () => {
    const { words } = await trained({ family: { use: 'vae', with: { beta: 1000 } } }, { epochs: 200, batch: 24, learning_rate: 0.02 });
    expect(words.at(-1)?.warning).toMatch(/0 of 2 latent units are active.*"annealing" or "free_bits".*"beta"/);
  });

  it('keeps units alive by free bits where they would collapse', async () => {
    const { model } = await trained(
      { family: { use: 'vae', with: { beta: 20, free_bits: 0.5 } } },
      { epochs: 400, batch: 24, learning_rate: 0.005 },
    );
    for (const nats of model.aggregate.divergence) expect(nats).toBeGreaterThan(0.3);
  });
});

describe('what cannot be learned from', () => {
  const label = { given: Int32Array.of(0) };
  const texts = tokenizerOf({ levels: 5, stop: 0 });
  it.each<[string, object, Tokenizer, readonly Row[], string]>([
    ['one row', {}, pictures, rows.slice(0, 1), 'VAE_ONE_ROW'],
    ['equal rows', {}, pictures, new Array<Row>(9).fill({ tokens: new Int32Array(6) }), 'VAE_ALL_EQUAL'],
    ['pictures of mixed sizes', {}, pictures, [...rows, { tokens: new Int32Array(4) }], 'VAE_ROW_LENGTH'],
    ['a long text', { length: 3 }, texts, rowsOf(9, 4, 5), 'VAE_ROW_TOO_LONG'],
    ['ids of another tokenizer', {}, pictures, rowsOf(9, 6, 3), 'VAE_ID'],
    ['rows without labels', { conditional: true }, pictures, rows, 'VAE_NO_LABEL'],
    [
      'labels of another kind',
      { conditional: true },
      tokenizerOf({ levels: 2, shape: [2, 3], classes: 2 }),
      rowsOf(9, 6, 2, 3),
      'VAE_LABEL',
    ],
    ['a loss that is no number', {}, pictures, rows.map((row) => ({ ...row, ...label })), 'TOOLKIT_DIVERGED'],
  ])('%s', async (_, settings, tokenizer, on, code) => {
    const training = code === 'TOOLKIT_DIVERGED' ? { learning_rate: 1e30, epochs: 20 } : {};
    await expect(trained(settings, { epochs: 2, batch: 4, ...training }, tokenizer, on)).rejects.toMatchObject({ code });
  });

  it.each<[string, object, Tokenizer, string]>([
    ['texts of no length', {}, texts, 'VAE_NO_LENGTH'],
    ['a length beside a shape', { length: 6 }, pictures, 'VAE_LENGTH_KNOWN'],
    ['convolutions over texts', { length: 6, network: 'conv' }, texts, 'VAE_NETWORK'],
    ['convolutions along pictures', { network: 'conv1d' }, pictures, 'VAE_NETWORK'],
    ['too many halvings', { network: 'conv' }, pictures, 'VAE_TOO_SMALL'],
    ['a logistic over letters', { length: 6, likelihood: 'logistic' }, texts, 'VAE_ORDERLESS'],
    ['salt and pepper on letters', { length: 6, corruption: { use: 'salt_and_pepper', share: 0.1 } }, texts, 'VAE_ORDERLESS'],
  ])('%s', (_, settings, tokenizer, code) => {
    expect(() => new VaeModel(settingsOf({ ...small, ...settings }), tokenizer)).toThrow(expect.objectContaining({ code }));
  });

  it('a checkpoint of something else', async () => {
    const model = new VaeModel(settingsOf(small), pictures);
    const run = { random: createRandom(1), signal: new AbortController().signal, checkpoint: new Uint8Array(40).fill(7) };
    const training = new VaeTrainer(model, trainingOf({ batch: 4 })).train(createCorpus(rows), run);
    await expect(lastValueFrom(training.pipe(toArray()))).rejects.toMatchObject({ code: 'VAE_FILE' });
  });
});
