import { describe, expect, it } from 'vitest';
import { Engine, feedsOf, parameter, square, sum } from '../../../plugins/toolkit/index.ts';
import { compile } from '../../../plugins/toolkit/train/compile.ts';
import { optimizerOf } from '../../../plugins/transformer/training/optimizer.ts';
import type { Named } from '../../../plugins/transformer/training/settings.ts';

/** Where a weight of ones is after each of three steps down its own square, and the learning rates. */
const path = async (
  optimizer: Named | undefined,
  schedule: Named | undefined = 'constant',
): Promise<{ weights: number[]; rates: number[] }> => {
  const loss = sum(square(parameter('w', [1, 1], { fill: 1 })));
  const named = { ...(optimizer !== undefined && { optimizer }), ...(schedule !== undefined && { schedule }) };
  const { step } = compile({ loss, optimizer: optimizerOf({ steps: 10, ...named }) }, 'test');
  await using engine = await Engine.start({ device: 'cpu', threads: 1 });
  const number = await engine.open(step);
  const [weights, rates]: [number[], number[]] = [[], []];
  for (let count = 0; count < 3; count++) {
    const { outputs } = await engine.run(number, feedsOf(step.inputs, {}));
    rates.push(Number((outputs.learning_rate!.data as Float32Array)[0]));
    weights.push(Number(((await engine.read(['w'])).w!.data as Float32Array)[0]));
  }
  return { weights, rates };
};

describe('an optimiser by name', () => {
  it('moves as its paper says at the first step', async () => {
    const first = async (use: string, settings: object): Promise<number> => (await path({ use, with: { ...settings } })).weights[0]!;
    expect(await first('sgd', { learning_rate: 0.1 })).toBeCloseTo(1 - 0.1 * 2, 6);
    expect(await first('adam', { learning_rate: 0.1 })).toBeCloseTo(1 - 0.1, 5);
    expect(await first('adamw', { learning_rate: 0.1, weight_decay: 0.5 })).toBeCloseTo(1 * (1 - 0.05) - 0.1, 5);
    expect(await first('lion', { learning_rate: 0.1, weight_decay: 0.5 })).toBeCloseTo(1 - 0.1 * (1 + 0.5), 5);
    expect(await first('rmsprop', { learning_rate: 0.1, decay: 0.75 })).toBeCloseTo(1 - (0.1 * 2) / Math.sqrt(0.25 * 4), 5);
  });

  it('is adamw unless told, and every setting of each changes its path', async () => {
    const paths = new Set<string>();
    const all: Named[] = ['adamw', 'adam', 'lion', 'sgd', 'rmsprop'].flatMap((use): Named[] => [
      use,
      { use, with: { learning_rate: 0.02 } },
    ]);
    const more: Named[] = [
      { use: 'adamw', with: { betas: [0.5, 0.6] } },
      { use: 'adamw', with: { epsilon: 1 } },
      { use: 'adamw', with: { weight_decay: 0.7 } },
      { use: 'adam', with: { betas: [0.5, 0.7] } },
      { use: 'adam', with: { epsilon: 2 } },
      { use: 'lion', with: { weight_decay: 0.7 } },
      { use: 'sgd', with: { momentum: 0.9 } },
      { use: 'sgd', with: { momentum: 0.9, nesterov: true } },
      { use: 'rmsprop', with: { decay: 0.5 } },
      { use: 'rmsprop', with: { epsilon: 1 } },
    ];
    for (const each of [...all, ...more]) paths.add((await path(each)).weights.join());
    expect(paths.size).toBe(all.length + more.length);
    expect((await path(undefined)).weights).toEqual((await path('adamw')).weights);
  });
});

describe('a schedule by name', () => {
  it('is the cosine unless told, and each moves the rate in its own way', async () => {
    const rates = async (schedule: Named | undefined): Promise<string> =>
      (await path({ use: 'sgd', with: { learning_rate: 1 } }, schedule)).rates.map((rate) => rate.toFixed(4)).join();
    expect(await rates('constant')).toBe('1.0000,1.0000,1.0000');
    expect(await rates({ use: 'constant', with: { warmup: 2 } })).toBe('0.5000,1.0000,1.0000');
    expect(await rates({ use: 'linear', with: { floor: 0.5 } })).toBe('1.0000,0.9500,0.9000');
    expect(await rates({ use: 'cosine', with: { warmup: 2 } })).toBe('0.5000,1.0000,1.0000');
    expect(await rates({ use: 'inverse_square_root', with: { warmup: 1 } })).toBe('1.0000,0.7071,0.5774');
    expect(await rates('one_cycle')).toBe('0.0400,0.5200,1.0000');
  });
});
