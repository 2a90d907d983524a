import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Training } from '../../plugins/toolkit/index.ts';
import { type Bench, benches } from './toolkit-models.ts';
import { torch } from './torch.ts';

const ROUNDS = 5;

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1]!;

/** Milliseconds a step, all plans in turn. */
const ours = async (training: Training, { plans, feeds, steps }: Bench): Promise<number> => {
  const times: number[] = [];
  for (let step = -3; step < steps; step++) {
    const began = performance.now();
    for (const plan of Object.keys(plans)) await training.step(plan === 'g' ? {} : feeds, plan);
    if (step >= 0) times.push(performance.now() - began);
  }
  return median(times);
};

const ratio = (peer: number, own: number): string =>
  Number.isNaN(peer) ? 'not installed' : `${peer.toFixed(1)} ms, ${(peer / own).toFixed(2)}×`;

/** A step of training beside PyTorch and, for two, TensorFlow.js on WebAssembly; above 1× is faster than they. */
export const bench = async (): Promise<Record<string, string>> => {
  const out: Record<string, string> = {
    load: loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
  };
  for (const build of benches) {
    const began = performance.now();
    const made = build();
    await using training = await Training.start(made.plans, { device: 'cpu', seed: 1 });
    const start = performance.now() - began;
    const [own, peer]: [number[], number[]] = [[], []];
    const delay = monitorEventLoopDelay({ resolution: 1 });
    for (let round = 0; round < ROUNDS; round++) {
      delay.enable();
      own.push(await ours(training, made));
      delay.disable();
      peer.push(await torch('toolkit-peer.py', made.peer, made.steps));
    }
    const step = Math.min(...own);
    const late = `event loop p99 ${(delay.percentile(99) / 1e6 - 1).toFixed(1)} ms`;
    out[made.name] =
      `${step.toFixed(1)} ms a step (from source started in ${start.toFixed(0)} ms, ${late}); PyTorch ${ratio(Math.min(...peer), step)}`;
    if (made.peer !== 'vae' && made.peer !== 'gpt-small') continue;
    const { tfjsStep } = await import('./toolkit-tfjs.ts');
    out[`${made.name}: tfjs`] = ratio(await tfjsStep(made.peer === 'vae' ? 'vae' : 'gpt', 3), step);
  }
  return out;
};
