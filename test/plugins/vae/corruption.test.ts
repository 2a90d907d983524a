import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../core/index.ts';
import { Host, input, Network } from '../../../plugins/toolkit/index.ts';
import { layoutOf } from '../../../plugins/vae/layout.ts';
import { corrupt, corruptionNoise } from '../../../plugins/vae/model/corruption.ts';
import type { Corruption } from '../../../plugins/vae/options.ts';
import { settingsOf, tokenizerOf } from './made.ts';

const ROWS = 50;
const LENGTH = 40;
const layout = layoutOf(settingsOf(), tokenizerOf({ levels: 2, shape: [5, 8] }));
const levels = Float32Array.from({ length: ROWS * LENGTH }, (_, at) => (at % 4 === 0 ? 0.25 : 0.75));

describe('what is done to rows before they are encoded', async () => {
  const host = await Host.start({ device: 'cpu', threads: 1 }, 3);
  afterAll(() => host.close());

  const done = async (how: Corruption, fed: boolean): Promise<Float32Array> => {
    const network = await Network.open({ y: corrupt(input('x', [ROWS, LENGTH, 1]), how) }, { host });
    const lucks = Array.from({ length: ROWS }, (_, row) => createRandom(row));
    const { y } = await network.run({ x: levels, ...(fed && { corruption: corruptionNoise(how, layout, lucks, ROWS) }) });
    return y!.data as Float32Array;
  };
  const share = (values: Float32Array, holds: (value: number, at: number) => boolean): number =>
    values.filter(holds).length / values.length;
  const SIX = 6 * Math.sqrt(0.25 / levels.length); // standard errors of a share, at most

  it.each([true, false])('gaussian noise has its deviation, and is clipped where that is asked; fed: %s', async (fed) => {
    const noisy = await done({ use: 'gaussian', deviation: 0.5 }, fed);
    const off = noisy.map((value, at) => value - levels[at]!);
    const square = off.reduce((sum, value) => sum + value * value, 0) / off.length;
    expect(Math.abs(square / 0.25 - 1)).toBeLessThan(6 * Math.sqrt(2 / off.length));
    expect(share(noisy, (value) => value < 0 || value > 1)).toBeGreaterThan(0.2);
    const clipped = await done({ use: 'gaussian', deviation: 0.5, clip: true }, fed);
    expect(share(clipped, (value) => value < 0 || value > 1)).toBe(0);
    expect(share(clipped, (value) => value === 0 || value === 1)).toBeGreaterThan(0.2);
  });

  it.each([true, false])('masking blanks its share, and nothing else; fed: %s', async (fed) => {
    const masked = await done({ use: 'masking', share: 0.3 }, fed);
    expect(Math.abs(share(masked, (value) => value === 0) - 0.3)).toBeLessThan(SIX);
    expect(share(masked, (value, at) => value === 0 || value === levels[at])).toBe(1);
  });

  it.each([true, false])('salt and pepper turns its share to the ends, half to each; fed: %s', async (fed) => {
    const peppered = await done({ use: 'salt_and_pepper', share: 0.4 }, fed);
    for (const end of [0, 1]) expect(Math.abs(share(peppered, (value) => value === end) - 0.2)).toBeLessThan(SIX);
    expect(share(peppered, (value, at) => value === 0 || value === 1 || value === levels[at])).toBe(1);
  });
});
