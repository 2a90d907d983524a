import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type Feed, gradients, Host, Network, nameOf, parametersOf, type Value } from '../../../plugins/toolkit/index.ts';
import type { Layout } from '../../../plugins/vae/layout.ts';
import { layoutOf } from '../../../plugins/vae/layout.ts';
import { objectiveOf } from '../../../plugins/vae/model/objective.ts';
import { settingsOf, tokenizerOf } from './made.ts';

interface Case {
  readonly name: string;
  readonly family: string;
  readonly beta?: number;
  readonly free_bits?: number;
  readonly samples?: number;
  readonly likelihood?: string;
  readonly corruption?: object;
  readonly rows: number;
  readonly length: number;
  readonly levels: number;
  readonly shape?: readonly number[];
  readonly stop?: number;
  readonly classes?: number;
  readonly latent: number;
  readonly layers?: readonly number[];
  readonly channels?: readonly number[];
  readonly ids: readonly number[];
  readonly mask?: readonly number[];
  readonly given?: readonly number[];
  readonly noise: Readonly<Record<string, readonly number[]>>;
  readonly weights: Readonly<Record<string, { readonly dims: readonly number[]; readonly seed: number }>>;
  readonly loss: number;
  readonly reconstruction: number;
  readonly divergence: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const cases = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8')) as Case[];

const networkOf = ({ channels, layers, shape }: Case) =>
  channels ? { use: shape ? 'conv' : 'conv1d', with: { channels, width: 5 } } : { use: 'dense', with: { layers } };

const familyOf = ({ family, beta, free_bits, samples }: Case) => ({
  use: family,
  with: {
    ...(beta !== undefined && { beta }),
    ...(free_bits !== undefined && { free_bits }),
    ...(samples !== undefined && { samples }),
  },
});

/** The same weights as reference.py has. */
const weightsOf = ({ weights }: Case): Map<string, Value> =>
  new Map(
    Object.entries(weights).map(([name, { dims, seed }]) => [
      name,
      {
        dims,
        data: Float32Array.from({ length: dims.reduce((size, dim) => size * dim, 1) }, (_, at) => 0.5 * Math.sin(at * 1.7 + seed * 0.9)),
      },
    ]),
  );

const feedsOf = (one: Case, { stop, classes }: Layout): Record<string, Feed> => ({
  ids: Int32Array.from(one.ids),
  ...(stop !== undefined && { mask: Float32Array.from(one.mask!) }),
  ...(classes > 0 && { given: Float32Array.from(one.given!) }),
  ...(one.family === 'vae' && { beta: Float32Array.of(one.beta ?? 1) }),
  ...Object.fromEntries(Object.entries(one.noise).map(([name, values]) => [name, Float32Array.from(values)])),
});

describe('objectives and their gradients are those of PyTorch', async () => {
  const host = await Host.start({ device: 'cpu', threads: 1 });
  afterAll(() => host.close());

  it.each(cases)('$name', async (one) => {
    const settings = settingsOf({
      family: familyOf(one),
      latent: one.latent,
      network: networkOf(one),
      ...(one.likelihood && { likelihood: one.likelihood }),
      ...(one.corruption && { corruption: one.corruption }),
      ...(one.classes && { conditional: true }),
      ...(!one.shape && { length: one.length }),
    });
    const layout = layoutOf(settings, tokenizerOf(one));
    const { loss, metrics } = objectiveOf(settings, layout, one.rows);
    const parameters = parametersOf(loss);
    expect(parameters.map(nameOf).sort()).toEqual(Object.keys(one.weights).sort());
    const slopes = Object.fromEntries(gradients(loss, parameters).map((slope, at) => [`d ${nameOf(parameters[at]!)}`, slope]));
    const { reconstruction, divergence } = metrics;
    const network = await Network.open({ loss, reconstruction, divergence, ...slopes }, { host, weights: weightsOf(one) });
    const found = await network.run(feedsOf(one, layout));
    for (const figure of ['loss', 'reconstruction', 'divergence'] as const)
      expect(Math.abs(Number(found[figure]!.data[0]) - one[figure]), figure).toBeLessThan(1e-5 * Math.max(1, Math.abs(one[figure])));
    for (const [name, wanted] of Object.entries(one.gradients)) {
      const slope = found[`d ${name}`]!.data;
      wanted.forEach((value, at) => {
        expect(Math.abs(Number(slope[at]) - value), `${name}[${at}]`).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
      });
    }
  });
});
