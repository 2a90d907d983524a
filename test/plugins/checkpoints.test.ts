import { crc32 } from 'node:zlib';
import { concatMap, defer, EMPTY, firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import { createRandom, type ProgressEvent, type Row, type Trainer } from '../../core/index.ts';
import { createCorpus } from '../../core/laws/fakes/corpus.ts';
import { GanTrainer } from '../../plugins/gan/train.ts';
import { TransformerModel } from '../../plugins/transformer/model.ts';
import { TransformerTrainer } from '../../plugins/transformer/train.ts';
import { VaeModel } from '../../plugins/vae/model.ts';
import { VaeTrainer } from '../../plugins/vae/train.ts';
import { ganOf, tokenizerOf as ganTokenizerOf, trainingOf as ganTrainingOf } from './gan/made.ts';
import { settingsOf, tokenizerOf, trainingOf } from './vae/made.ts';

const plane = ganTokenizerOf({ vocabulary: 64, shape: [2] });
const pictures = tokenizerOf({ levels: 2, shape: [2, 3] });
const network = { latent: 2, network: { use: 'dense', with: { layers: [4] } } };
const HOW = { steps: 4, batch: 4, pack: true, clip: 1, accumulate: 1, label_smoothing: 0, balance: 0.01 };
const random = createRandom(4);
const rowsOf = (count: number, length: number, levels: number): Row[] =>
  Array.from({ length: count }, () => ({ tokens: Int32Array.from({ length }, () => Math.floor(levels * random())) }));

interface Learner {
  readonly trainer: Trainer;
  /** What its model came to. */
  readonly learned: () => Uint8Array;
}

interface Kind {
  readonly rows: readonly Row[];
  /** A learner with a batch of its own, and one that is another model. */
  readonly make: (batch?: number, other?: boolean) => Learner;
  readonly faulty: string;
  readonly another: string;
  /** How the misfit of another model is named. */
  readonly names: string;
}

type Weights = ReadonlyMap<string, { readonly data: ArrayBufferView }>;

/** The bits of the weights that a model is given in the end. */
const learnedBy = (model: { learn(learned: never): Promise<void> }): (() => Uint8Array) => {
  const learn = vi.spyOn(model, 'learn');
  return () => {
    const [learned] = learn.mock.lastCall as unknown as [Weights | { readonly weights: Weights }];
    const weights = 'weights' in learned ? learned.weights : learned;
    return Buffer.concat([...weights.values()].map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
  };
};

const kinds: Readonly<Record<string, Kind>> = {
  gan: {
    rows: rowsOf(40, 2, 64),
    make: (batch = 8, other = false) => {
      const model = ganOf(plane, { latent: other ? 3 : 2, width: 8, depth: 1 });
      const settings = ganTrainingOf({ steps: 4, batch, monitor: 1, average: 0.5, threads: 1 });
      return { trainer: new GanTrainer(model, settings), learned: learnedBy(model) };
    },
    faulty: 'GAN_FILE',
    another: 'GAN_MISMATCH',
    names: 'settings',
  },
  vae: {
    rows: rowsOf(24, 6, 2),
    make: (batch = 6, other = false) => {
      const model = new VaeModel(settingsOf({ ...network, latent: other ? 3 : 2 }), pictures);
      const trainer = new VaeTrainer(model, trainingOf({ epochs: 1, batch }));
      return { trainer, learned: learnedBy(model) };
    },
    faulty: 'VAE_FILE',
    another: 'VAE_MISMATCH',
    names: 'settings',
  },
  transformer: {
    rows: rowsOf(20, 9, 10),
    make: (batch = 4, other = false) => {
      const model = new TransformerModel({ layers: 1, heads: 2, width: other ? 8 : 16, context: 16 }, { vocabulary: 12 });
      return { trainer: new TransformerTrainer(model, { ...HOW, batch }), learned: learnedBy(model) };
    },
    faulty: 'TRANSFORMER_CHECKPOINT',
    another: 'TRANSFORMER_CHECKPOINT',
    names: 'headWidth is 8, and 4 is wanted',
  },
};

const run = (from?: Uint8Array) => ({ random: createRandom(1), signal: new AbortController().signal, ...(from && { checkpoint: from }) });

describe.each(Object.entries(kinds))('a checkpoint of a training of %s', (_, { rows, make, faulty, another, names }) => {
  const trained = (learner: Learner, from?: Uint8Array): Promise<ProgressEvent[]> =>
    lastValueFrom(learner.trainer.train(createCorpus(rows), run(from)).pipe(toArray()));
  const kept = (): Promise<Uint8Array> =>
    firstValueFrom(
      make()
        .trainer.train(createCorpus(rows), run())
        .pipe(concatMap(({ done, checkpoint }) => (done === 2 && checkpoint ? defer(async () => checkpoint()) : EMPTY))),
    );

  test('leads to the same bits, also from the midst of a larger array', async () => {
    const whole = make();
    await trained(whole);
    const from = await kept();
    const roomy = new Uint8Array(from.length + 3);
    roomy.set(from, 3);
    for (const bytes of [from, roomy.subarray(3)]) {
      const resumed = make();
      expect((await trained(resumed, bytes))[0]!.done).toBe(3);
      expect(Buffer.compare(resumed.learned(), whole.learned())).toBe(0);
    }
  });

  test('is refused by name where it is cut, changed, foreign or another’s', async () => {
    const from = await kept();
    const length = 16 + new DataView(from.buffer).getUint32(12, true);
    const odd = Buffer.from(from);
    odd.write('x', odd.toString('latin1').search(/(step|done|batches)":/)); // it no longer says how far it is
    odd.writeUInt32LE(crc32(odd.subarray(12)), 8);
    const cases: [Uint8Array, string][] = [
      [from.subarray(0, from.length - 8), 'bytes where its heading speaks of'],
      [from.subarray(0, length - 1), 'its heading has no end'],
      [from.with(from.length - 5, from.at(-5)! ^ 1), 'its checksum does not hold'],
      [Uint8Array.of(1, 2, 3), 'it does not begin like one'],
    ];
    for (const [bytes, why] of cases)
      await expect(trained(make(), bytes)).rejects.toMatchObject({ code: faulty, message: expect.stringContaining(why) });
    await expect(trained(make(), odd)).rejects.toMatchObject({ code: faulty, message: expect.stringContaining('how far it is') });
    await expect(trained(make(2), from)).rejects.toMatchObject({ code: another, message: expect.stringContaining('batch') });
    await expect(trained(make(undefined, true), from)).rejects.toMatchObject({ code: another, message: expect.stringContaining(names) });
    for (const [kind, { make: other, rows: theirs, faulty: code }] of Object.entries(kinds)) {
      if (code === faulty) continue;
      const training = other().trainer.train(createCorpus(theirs), run(from));
      await expect(lastValueFrom(training.pipe(toArray())), kind).rejects.toMatchObject({
        code,
        message: expect.stringContaining('its heading does not speak of a'),
      });
    }
  });
});
