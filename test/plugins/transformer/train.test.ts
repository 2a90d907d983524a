import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import type { Static } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Corpus, createRandom, type ProgressEvent } from '../../../core/index.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import type { TransformerOptions } from '../../../plugins/transformer/options.ts';
import { TransformerTrainer } from '../../../plugins/transformer/train.ts';
import type { TransformerTraining } from '../../../plugins/transformer/training/settings.ts';

const rows = Array.from({ length: 40 }, (_, r) => ({ tokens: Int32Array.from({ length: 9 }, (_, i) => (r + 3 * i) % 10) }));
const corpus: Corpus = {
  rows: rows.length,
  async *read() {
    yield rows;
  },
};
const SMALL = { layers: 1, heads: 2, width: 16, context: 16 } as const;
const USUAL = { steps: 30, batch: 4, pack: true, clip: 1, accumulate: 1, label_smoothing: 0, balance: 0.01 };

const train = async (
  how: Partial<TransformerTraining>,
  settings: Static<typeof TransformerOptions> = SMALL,
  model = new TransformerModel(settings, { vocabulary: 12 }),
): Promise<{ model: TransformerModel; words: ProgressEvent[]; losses: number[] }> => {
  const trainer = new TransformerTrainer(model, { ...USUAL, ...how });
  const words = await lastValueFrom(
    trainer.train(corpus, { random: createRandom(1), signal: new AbortController().signal }).pipe(toArray()),
  );
  return { model, words, losses: words.map(({ figures }) => figures!.loss!) };
};

describe('training', () => {
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'transformer-train-'));
  });
  afterAll(() => rm(home, { recursive: true }));

  it('learns a rule: 3 more than before, modulo 10', async () => {
    const rate = { use: 'adamw', with: { learning_rate: 1e-2 } } as const;
    const { model, losses } = await train({ steps: 120, optimizer: rate });
    expect(losses[0]).toBeGreaterThan(2);
    const { session } = model;
    const part = { fresh: Int32Array.of(4, 7, 0, 3), memory: 0, next: session.number(), positions: 1 };
    const logits = (await session.read([part], new AbortController().signal)) as Float32Array;
    expect(logits.indexOf(Math.max(...logits))).toBe(6);
    await model[Symbol.asyncDispose]();
  });

  it('shows samples on the way, which change nothing of what is learned', async () => {
    const rate = { use: 'adamw', with: { learning_rate: 1e-2 } } as const;
    const shown = await train({ steps: 60, optimizer: rate, sample_every: 20 });
    const samples = shown.words.flatMap(({ done, sample }) => (sample ? [{ done, sample }] : []));
    expect(samples.map(({ done }) => done)).toEqual([20, 40, 60]);
    const follows = ({ sample }: (typeof samples)[number]): number =>
      [...sample].filter((id, at) => at > 0 && id === (sample[at - 1]! + 3) % 10).length / (sample.length - 1);
    expect(samples[2]!.sample.length).toBe(15); // as many as the context holds behind the first
    expect(follows(samples[2]!)).toBeGreaterThan(0.5); // a rule of ten ids: by chance a tenth
    expect((await train({ steps: 60, optimizer: rate })).losses).toEqual(shown.losses);
  });

  it('goes on from a folder, and a folder that was saved is one', async () => {
    const rate = { use: 'adamw', with: { learning_rate: 1e-2 } } as const;
    const { model, losses } = await train({ steps: 60, optimizer: rate });
    await model.save(home);
    const { losses: further } = await train({ steps: 2, optimizer: rate }, {}, new TransformerModel({ model: home }, { vocabulary: 12 }));
    expect(further[0]).toBeLessThan(losses[30]!);
  });

  it('takes every setting: each changes what is learned', async () => {
    const plain = await train({ steps: 2 });
    const seen = new Set([plain.losses[1]!]);
    const changes = [{ clip: 0.01 }, { accumulate: 2 }, { label_smoothing: 0.2 }, { batch: 3 }, { length: 4 }, { pack: false }];
    for (const change of changes) {
      const { words, losses } = await train({ steps: 2, ...change });
      expect([...seen], JSON.stringify(change)).not.toContain(losses.at(-1));
      seen.add(losses.at(-1)!);
      expect(words[1]!.figures!.nats !== undefined).toBe('label_smoothing' in change);
    }
  });

  it('reports how evenly experts are used, and makes it more even', async () => {
    const settings = { ...SMALL, experts: { count: 4, active: 1 } };
    const { words } = await train({ steps: 40, balance: 1, optimizer: { use: 'adamw', with: { learning_rate: 1e-2 } } }, settings);
    const { busiest_expert, idlest_expert } = words.at(-1)!.figures!;
    expect(idlest_expert).toBeGreaterThan(0.4);
    expect(busiest_expert).toBeLessThan(1.8);
  });

  it('keeps a moving average where one is asked for, and that is the model', async () => {
    const weights = async (how: Partial<TransformerTraining>) =>
      (await (await train({ steps: 3, ...how })).model.weights()).get('embed.weight')!.data;
    expect(await weights({ average: 0.9 })).not.toEqual(await weights({}));
  });

  it('is refused over windows beyond learned positions, and rows in which nothing follows anything', async () => {
    await expect(train({ length: 32 })).rejects.toThrow(/windows of 32 tokens exceed the context of 16/);
    const single: Corpus = {
      rows: 1,
      async *read() {
        yield [{ tokens: Int32Array.of(1) }];
      },
    };
    const trainer = new TransformerTrainer(new TransformerModel(SMALL, { vocabulary: 12 }), USUAL);
    const run = { random: createRandom(1), signal: new AbortController().signal };
    await expect(lastValueFrom(trainer.train(single, run))).rejects.toThrow(/nothing follows anything/);
    await expect(lastValueFrom(trainer.train(corpus, { ...run, checkpoint: Uint8Array.of(1, 2, 3) }))).rejects.toThrow(
      /not of this training/,
    );
  });
});
