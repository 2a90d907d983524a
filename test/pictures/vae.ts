import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { type GenerateOptions, open, type Pipeline } from '../../core/index.ts';
import { GridWriter } from '../../plugins/image/grid-writer.ts';
import { curve } from './curve.ts';
import { followed, type Told } from './followed.ts';

const file = new URL('../../pipelines/vae-image.json', import.meta.url);

interface Shipped {
  readonly $schema: string;
  readonly data: object;
  readonly backends: { readonly vae: { readonly with: object } };
}

/** The pipeline that ships, without labels, as another with other settings. */
const without = async (name: string, settings: object, generate: object): Promise<object> => {
  const { $schema: _, ...rest } = JSON.parse(await readFile(file, 'utf8')) as Shipped;
  const { vae } = rest.backends;
  return {
    ...rest,
    name,
    data: { ...rest.data, train: new URL('data/digits.json', file).pathname },
    backends: { vae: { ...vae, with: { ...vae.with, conditional: false, ...settings } } },
    generate,
  };
};

/** Samples, reconstructions beside what they are of, a plane of two units, a way between pictures, and the curve of the training. */
export const pictures = async (out: string, told: Told): Promise<void> => {
  const models = { models: join(out, 'models') };
  const write = async (pipeline: Pipeline, ask: GenerateOptions, file: string): Promise<void> =>
    told(await pipeline.write(ask, join(out, file)));
  await using labelled = await open(file.pathname, models);
  const lines = await followed(labelled, { 'reconstruction, nats': 'reconstruction', 'divergence, nats': 'divergence' });
  await write(labelled, { count: 100, given: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] }, 'vae-samples.png');
  await writeFile(join(out, 'vae-curve.svg'), curve(lines, 'steps'));
  told(join(out, 'vae-curve.svg'));

  const columns = { write: { use: 'grid', with: { columns: 15 } } };
  await using plane = await open(await without('vae-plane', { latent: 2 }, columns), models);
  await lastValueFrom(plane.train());
  await write(plane, { count: 225, task: { name: 'traverse', with: { dimension: [0, 1], from: -2, to: 2 } } }, 'vae-plane.png');

  await using unlabelled = await open(await without('vae-free', {}, {}), models);
  await lastValueFrom(unlabelled.train());
  const { prompts } = await unlabelled.tools.heldOut(10);
  const some = prompts ?? [];
  const pairs = async function* () {
    yield* some;
    yield* unlabelled.generate({ count: 10, prompts: some, task: { name: 'reconstruct' } });
  };
  await writeFile(join(out, 'vae-reconstructions.png'), new GridWriter({ columns: 10, gap: 2 }).write(pairs()));
  told(join(out, 'vae-reconstructions.png'));
  await write(
    unlabelled,
    { count: 12, prompts: some.slice(0, 2), task: { name: 'interpolate', with: { path: 'spherical' } } },
    'vae-way.strip.png',
  );
};
