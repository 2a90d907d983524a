import { describe, expect, test } from 'vitest';
import { blueprintOf } from '../../../plugins/gan/blueprint.ts';
import { games } from '../../../plugins/gan/games.ts';
import { gumbelSoftmax } from '../../../plugins/gan/gumbel.ts';
import { networksOf } from '../../../plugins/gan/networks/networks.ts';
import { gradientPenalty, r1Penalty } from '../../../plugins/gan/penalties.ts';
import * as t from '../../../plugins/toolkit/index.ts';
import { settingsOf, tokenizerOf } from './made.ts';
import reference from './reference.json' with { type: 'json' };

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The same numbers that reference.py makes. */
const wave = (shape: readonly number[], seed: number, scale = 1): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, (_, i) => scale * (Math.sin(1.3 * i + 0.7 * seed) + 0.5 * Math.cos(2.9 * i * (seed + 1))));
const uniform = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => (((i * 7919) % 97) + 0.5) / 97);

/** Demands that two vectors are no further apart than 1e-5 of the second's length. */
const agree = (found: ArrayLike<number>, wanted: readonly number[]): void => {
  expect(found.length).toBe(wanted.length);
  const away = Math.hypot(...wanted.map((value, at) => found[at]! - value));
  expect(away).toBeLessThanOrEqual(1e-5 * Math.hypot(...wanted));
};

const run = async (
  nodes: Readonly<Record<string, t.Node>>,
  weights: ReadonlyMap<string, t.Value> = new Map(),
  feeds: Readonly<Record<string, Float32Array>> = {},
): Promise<Record<string, Float32Array>> => {
  await using network = await t.Network.open(nodes, { weights, device: 'cpu', threads: 1 });
  return Object.fromEntries(Object.entries(await network.run(feeds)).map(([name, { data }]) => [name, data as Float32Array]));
};

describe.each([
  ['dense', tokenizerOf({ vocabulary: 8, shape: [3] }), { width: 5 }],
  ['dcgan', tokenizerOf({ vocabulary: 8, shape: [8, 8], given: tokenizerOf({ vocabulary: 2 }) }), { width: 4, condition: 'projection' }],
] as const)('of a %s discriminator', (network, tokenizer, settings) => {
  const networks = networksOf(blueprintOf(settingsOf(settings), tokenizer));
  const size = sizeOf(tokenizer.shape!);
  const label = network === 'dcgan' ? t.constant(Int32Array.of(0, 1, 0, 1), [4], 'int32') : undefined;
  const judge = (x: t.Node): t.Node => networks.judge(x, label);
  const [real, fake] = [t.constant(wave([4, size], 20), [4, size]), t.constant(wave([4, size], 21), [4, size])];
  const shapes: Readonly<Record<string, readonly number[]>> = reference.shapes[network];
  const weights = new Map(Object.entries(shapes).map(([name, dims], seed) => [name, { dims, data: wave(dims, seed, 0.5) }]));

  test.each([
    ['gradient_penalty', gradientPenalty(judge, real, fake), { between: uniform(4) }],
    ['r1', r1Penalty(judge, real), {}],
  ] as const)('%s and its gradient in every weight are those of PyTorch', async (name, penalty, feeds) => {
    const { value, gradients } = reference[network][name] as { value: number; gradients: Readonly<Record<string, readonly number[]>> };
    const learned = t.parametersOf(penalty);
    const slopes = Object.fromEntries(
      t.gradients(penalty, learned, { unreached: 'zeros' }).map((slope, at) => [`to ${t.nameOf(learned[at]!)}`, slope]),
    );
    const made = await run({ penalty, ...slopes }, weights, feeds);
    agree(made.penalty!, [value]);
    expect(Object.keys(gradients).length).toBeGreaterThan(2);
    for (const [weight, wanted] of Object.entries(gradients)) {
      const found = made[`to ${weight}`];
      if (Math.hypot(...wanted) > 0) agree(found!, wanted);
      else expect(found?.every((slope) => slope === 0) ?? true).toBe(true);
    }
  });
});

test.each(Object.entries(games))('the game %s and its gradients are those of PyTorch', async (name, { discriminator, generator }) => {
  const wanted = reference.games[name as keyof typeof reference.games];
  const [real, fake] = [t.parameter('real', [6], { fill: 0 }), t.parameter('fake', [6], { fill: 0 })];
  const [judged, tried] = [discriminator(real, fake), generator(fake)];
  const [ofReal, ofFake] = t.gradients(judged, [real, fake]);
  const weights = new Map([
    ['real', { dims: [6], data: wave([6], 1) }],
    ['fake', { dims: [6], data: wave([6], 3) }],
  ]);
  const made = await run({ judged, tried, ofReal: ofReal!, ofFake: ofFake!, generated: t.gradients(tried, [fake])[0]! }, weights);
  agree(made.judged!, [wanted.discriminator]);
  agree(made.tried!, [wanted.generator]);
  agree(made.ofReal!, wanted.real);
  agree(made.ofFake!, wanted.fake);
  agree(made.generated!, wanted.generated);
});

test('spectral normalisation, its gradient and its next vector are those of PyTorch', async () => {
  const w = t.parameter('w', [3, 5], { fill: 0 });
  const updates: t.Update[] = [];
  const normal = t.spectralNorm('w', w, { updates });
  const [gradient] = t.gradients(t.sum(t.multiply(normal, t.constant(wave([3, 5], 9), [3, 5]))), [w]);
  const weights = new Map([
    ['w', { dims: [3, 5], data: wave([3, 5], 3) }],
    ['w.u', { dims: [1, 3], data: wave([3], 4) }],
  ]);
  const made = await run({ normal, gradient: gradient!, u: updates[0]!.next }, weights);
  agree(made.normal!, reference.spectral.weight);
  agree(made.gradient!, reference.spectral.gradient);
  agree(made.u!, reference.spectral.u);
});

test('straight-through Gumbel-softmax and its gradient are those of PyTorch', async () => {
  const logits = t.parameter('logits', [2, 3, 4], { fill: 0 });
  const value = gumbelSoftmax(logits, t.noise('gumbel', [2, 3, 4], 'gumbel'), t.constant(1 / 0.7));
  const [gradient] = t.gradients(t.sum(t.multiply(value, t.constant(wave([2, 3, 4], 9), [2, 3, 4]))), [logits]);
  const weights = new Map([['logits', { dims: [2, 3, 4], data: wave([2, 3, 4], 5) }]]);
  const made = await run({ value, gradient: gradient! }, weights, { gumbel: uniform(24).map((u) => -Math.log(-Math.log(u))) });
  agree(made.value!, reference.gumbel.value);
  agree(made.gradient!, reference.gumbel.gradient);
});
