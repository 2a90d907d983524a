import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { type Ask, open, type Pipeline } from '../../core/index.ts';
import { GridWriter } from '../../plugins/image/grid-writer.ts';
import { curve } from './curve.ts';

/** Samples, reconstructions beside what they are of, a plane of two units, a way between pictures, and the curve of the training. Usage: npm run pictures [folder] */
const out = resolve(process.argv[2] ?? 'pictures');
const source = new URL('../../pipelines/vae-image.json', import.meta.url).pathname;
const models = { models: join(out, 'models') };
const told = (path: string): void => console.log(path);

/** Trains, and answers what the training told of its loss. */
const trained = async (pipeline: Pipeline): Promise<Record<string, [number, number][]>> => {
  const words = await lastValueFrom(pipeline.train().pipe(tap({ error: console.error }), toArray()));
  const figures = words.flatMap(({ progress }) => (progress.figures?.loss === undefined ? [] : [progress]));
  const line = (name: string) => figures.map(({ done, figures }): [number, number] => [done, figures![name]!]);
  return { 'reconstruction, nats': line('reconstruction'), 'divergence, nats': line('divergence') };
};

const write = async (pipeline: Pipeline, ask: Ask, file: string): Promise<void> => told(await pipeline.write(ask, join(out, file)));

await mkdir(out, { recursive: true });
await using labelled = await open(source, models);
const lines = await trained(labelled);
await write(labelled, { count: 100, given: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] }, 'samples.png');
await writeFile(join(out, 'curve.svg'), curve(lines, 'steps'));
told(join(out, 'curve.svg'));

const two = { 'backends.vae.with.latent': 2, 'backends.vae.with.conditional': false, name: 'vae-plane', 'generate.write.with.columns': 15 };
await using plane = await open(source, { ...models, set: two });
await trained(plane);
await write(plane, { count: 225, task: { name: 'traverse', with: { dimension: [0, 1], from: -2, to: 2 } } }, 'plane.png');

const free = { 'backends.vae.with.conditional': false, name: 'vae-free' };
await using unlabelled = await open(source, { ...models, set: free });
await trained(unlabelled);
const { prompts } = await unlabelled.heldOut();
const some = prompts!.slice(0, 10);
const pairs = async function* () {
  yield* some;
  yield* unlabelled.generate({ count: 10, prompts: some, task: { name: 'reconstruct' } });
};
await writeFile(join(out, 'reconstructions.png'), new GridWriter({ columns: 10, gap: 2 }).write(pairs()));
told(join(out, 'reconstructions.png'));
await write(
  unlabelled,
  { count: 12, prompts: some.slice(0, 2), task: { name: 'interpolate', with: { path: 'spherical' } } },
  'way.strip.png',
);
