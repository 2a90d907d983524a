import { expect, test } from 'vitest';
import { blueprintOf } from '../../../plugins/gan/blueprint.ts';
import { Monitors } from '../../../plugins/gan/monitors.ts';
import { Host } from '../../../plugins/toolkit/index.ts';
import { settingsOf, tokenizerOf } from './made.ts';

const blueprint = blueprintOf(settingsOf({ latent: 1, width: 1, depth: 1 }), tokenizerOf({ vocabulary: 8, shape: [2] }));
const reference = { size: 2, near: Float32Array.of(0, 0, 3, 4), others: Float32Array.of(0, 1, 3, 3) };
const value = (...data: number[]) => ({ dtype: 'float32' as const, dims: [1, data.length], data: Float32Array.from(data) });
const zero = { dtype: 'float32' as const, dims: [1], data: Float32Array.of(0) };

test('a generator that always says one point has no diversity, no spacing, and the coverage of that point', async () => {
  await using host = await Host.start({ device: 'cpu', threads: 1 });
  const monitors = await Monitors.open(blueprint, reference, host, 1);
  const point = { dtype: 'float32' as const, dims: [2], data: Float32Array.of(0, 0) };
  await host.write({
    'generator.0.weight': value(0),
    'generator.0.bias': zero,
    'generator.out.weight': value(0, 0),
    'generator.out.bias': point,
  });
  // real rows are 1, √18, √18 and 1 apart; from (0, 0) the two near ones are 0 and 5 away
  const apart = (1 + Math.sqrt(18) + Math.sqrt(18) + 1) / 4;
  const sight = await monitors.look();
  expect(sight.diversity).toBeCloseTo(0, 5);
  expect(sight.spacing).toBeCloseTo(0, 5);
  expect(sight.nearest).toBeCloseTo(0, 5);
  expect(sight.coverage).toBeCloseTo(1 - (2.5 - 1) / (apart - 1), 5);
  await host.write({ 'generator.out.bias': { ...point, data: Float32Array.of(0, 2) } });
  expect((await monitors.look()).nearest).toBeCloseTo(2, 5); // real rows are 1 from their nearest
});

test('rows that do not differ are refused', async () => {
  await using host = await Host.start({ device: 'cpu', threads: 1 });
  const same = { size: 2, near: new Float32Array(4), others: new Float32Array(4) };
  await expect(Monitors.open(blueprint, same, host, 1)).rejects.toMatchObject({ code: 'GAN_CONSTANT' });
});
