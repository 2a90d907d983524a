import { loadavg } from 'node:os';
import { adam, Training } from '../../plugins/toolkit/index.ts';
import { layoutOf } from '../../plugins/vae/layout.ts';
import { objectiveOf } from '../../plugins/vae/model/objective.ts';
import { settingsOf, tokenizerOf } from '../plugins/vae/made.ts';
import { torch } from './torch.ts';

const BATCH = 128;
const ROUNDS = 3;

const networks = {
  dense: { use: 'dense', with: { layers: [400] } },
  conv: { use: 'conv', with: { channels: [16, 32], width: 256 } },
} as const;

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1]!;

/** Milliseconds a step, the median of so many. */
const ours = async (training: Training, steps: number): Promise<number> => {
  const ids = Int32Array.from({ length: BATCH * 784 }, (_, at) => Number((at * 7919) % 97 > 70));
  const times: number[] = [];
  for (let step = -3; step < steps; step++) {
    const began = performance.now();
    await training.step({ ids, beta: Float32Array.of(1) });
    if (step >= 0) times.push(performance.now() - began);
  }
  return median(times);
};

/** A step of training a VAE of MNIST's shape, batch 128, beside PyTorch: medians of rounds that take turns; above 1× is faster. */
export const bench = async (): Promise<Record<string, string>> => {
  const out: Record<string, string> = {
    load: loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
  };
  for (const [name, network] of Object.entries(networks)) {
    const settings = settingsOf({ network });
    const { loss } = objectiveOf(settings, layoutOf(settings, tokenizerOf({ levels: 2, shape: [28, 28] })), BATCH);
    await using training = await Training.start({ vae: { loss, optimizer: adam({ learningRate: 1e-3 }) } }, { device: 'cpu', seed: 1 });
    const rounds: (readonly [number, number])[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push([await ours(training, 20), await torch('vae-peer.py', name, 20)]);
    const [own, peer] = [median(rounds.map(([own]) => own)), median(rounds.map(([, peer]) => peer))];
    out[name] =
      `${own.toFixed(1)} ms a step; PyTorch ${Number.isNaN(peer) ? 'not installed' : `${peer.toFixed(1)} ms, ${(peer / own).toFixed(2)}×`}`;
  }
  return out;
};
