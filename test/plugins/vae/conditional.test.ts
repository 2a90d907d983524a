import { expect, it, onTestFinished } from 'vitest';
import { createRandom, type Row } from '../../../core/index.ts';
import { VaeAttention } from '../../../plugins/vae/attend.ts';
import { VaeDecoder } from '../../../plugins/vae/decode.ts';
import { VaeEncoder } from '../../../plugins/vae/encode.ts';
import { learned } from './learned.ts';
import { tokenizerOf } from './made.ts';

/** Pictures of 3×3 whose label says which of their rows is white; a pixel elsewhere is white too. */
const picture = (label: number, stray: number): Row => ({
  tokens: Int32Array.from({ length: 9 }, (_, at) => Number(Math.floor(at / 3) === label || at === stray)),
  given: Int32Array.of(label),
});
const rows = Array.from({ length: 27 }, (_, at) => picture(at % 3, Math.floor(at / 3)));

it('what is drawn for a label is of that label, and each row has its own', async () => {
  const settings = { latent: 2, conditional: true, network: { use: 'dense', with: { layers: [16] } } };
  const { model } = await learned(
    settings,
    { epochs: 150, batch: 27, learning_rate: 0.01 },
    tokenizerOf({ levels: 2, shape: [3, 3], classes: 3 }),
    rows,
  );
  onTestFinished(() => model[Symbol.asyncDispose]());
  const labels = Array.from({ length: 60 }, (_, at) => at % 3);
  const run = {
    random: labels.map((_, at) => createRandom(at)),
    given: labels.map((label) => Int32Array.of(label)),
    task: labels.map(() => undefined),
    signal: new AbortController().signal,
  };
  const hidden = await new VaeEncoder(model).encode(
    labels.map(() => new Int32Array(0)),
    run,
  );
  const prediction = await new VaeDecoder(model).decode(new VaeAttention(model).attend(hidden, [], run).hidden);
  if (prediction.kind !== 'categorical' || !('data' in prediction.logits)) throw new Error('an autoencoder predicts categories');
  const { data } = prediction.logits;
  const white = (row: number, at: number): boolean => data[(row * 9 + at) * 2 + 1]! > data[(row * 9 + at) * 2]!;
  labels.forEach((label, row) => {
    for (const place of [0, 1, 2]) expect(white(row, label * 3 + place), `row ${row}`).toBe(true);
    for (const other of [0, 1, 2].filter((one) => one !== label))
      expect(
        [0, 1, 2].every((place) => white(row, other * 3 + place)),
        `row ${row}`,
      ).toBe(false);
  });
});
