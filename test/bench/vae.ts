import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { promisify } from 'node:util';
import { adam, Training } from '../../plugins/toolkit/index.ts';
import { layoutOf } from '../../plugins/vae/layout.ts';
import { objectiveOf } from '../../plugins/vae/model/objective.ts';
import { settingsOf, tokenizerOf } from '../plugins/vae/made.ts';

const run = promisify(execFile);
const BATCH = 128;
const ROUNDS = 5;

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

/** The same in PyTorch, the faster of one and two threads; NaN where it is not installed. */
const torch = async (network: string, steps: number): Promise<number> => {
  let best = Number.POSITIVE_INFINITY;
  for (const threads of ['1', '2']) {
    const words = [new URL('vae-peer.py', import.meta.url).pathname, network, threads, String(steps)];
    const { stdout } = await run('/usr/bin/python3', words, { env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE' } }).catch(() => ({
      stdout: '{}',
    }));
    best = Math.min(best, (JSON.parse(stdout) as { ms?: number }).ms ?? Number.NaN);
  }
  return best;
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
    for (let round = 0; round < ROUNDS; round++) rounds.push([await ours(training, 20), await torch(name, 20)]);
    const [own, peer] = [median(rounds.map(([own]) => own)), median(rounds.map(([, peer]) => peer))];
    out[name] =
      `${own.toFixed(1)} ms a step; PyTorch ${Number.isNaN(peer) ? 'not installed' : `${peer.toFixed(1)} ms, ${(peer / own).toFixed(2)}×`}`;
  }
  return out;
};
