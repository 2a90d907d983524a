import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { type GenerateOptions, open, type Pipeline } from '../../core/index.ts';
import { GridWriter } from '../../plugins/image/grid-writer.ts';
import { curve } from './curve.ts';
import { followed, type Told } from './followed.ts';

const FILE = new URL('../../pipelines/gan-image.json', import.meta.url).pathname;
const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const COLUMNS = DIGITS.length;

/** The same noise after more and more steps, ways between noises, more and more of the noise, real digits beside generated ones, and how the game went. */
export const pictures = async (out: string, told: Told): Promise<void> => {
  const models = join(out, 'models');
  const sheet = async (name: string, columns: number, items: AsyncIterable<unknown>): Promise<void> => {
    const path = join(out, name);
    await writeFile(path, new GridWriter({ columns, gap: 2 }).write(items));
    told(path);
  };

  const through = async function* () {
    for (const steps of [50, 150, 500]) {
      await using early = await open(FILE, { models, set: { 'backends.gan.train.steps': steps } });
      await lastValueFrom(early.train());
      yield* early.generate({ count: COLUMNS, given: DIGITS, seed: 3 });
    }
    yield* pipeline.generate({ count: COLUMNS, given: DIGITS, seed: 3 });
  };

  await using pipeline = await open(FILE, { models });
  const lines = await followed(pipeline, { 'discriminator, loss': 'discriminator_loss', 'generator, loss': 'generator_loss' });
  await writeFile(join(out, 'gan-curve.svg'), curve(lines, 'steps'));
  told(join(out, 'gan-curve.svg'));
  await sheet('gan-training.png', COLUMNS, through());
  await sheet(
    'gan-ways.png',
    COLUMNS,
    all(
      pipeline,
      DIGITS.map((given) => ({ count: COLUMNS, given, task: { name: 'interpolate', with: { from: 1, to: 2 } } })),
    ),
  );
  await sheet(
    'gan-truncation.png',
    COLUMNS,
    all(
      pipeline,
      [0, 0.25, 0.5, 0.75, 1].map((truncation) => ({
        count: COLUMNS,
        given: DIGITS,
        seed: 5,
        task: { name: 'truncate', with: { truncation } },
      })),
    ),
  );
  await sheet('gan-beside.png', COLUMNS, beside(pipeline)); // a real one, its neighbour, a real one …
};

const all = async function* (pipeline: Pipeline, asked: readonly GenerateOptions[]): AsyncGenerator<unknown, void> {
  for (const ask of asked) yield* pipeline.generate(ask);
};

/** Held-out digits, each followed by one that is generated for its label. */
const beside = async function* (pipeline: Pipeline): AsyncGenerator<unknown, void> {
  const { prompts = [], given } = await pipeline.tools.heldOut(COLUMNS);
  const made: unknown[] = [];
  for await (const one of pipeline.generate({ count: prompts.length, ...(given !== undefined && { given }) })) made.push(one);
  for (const [at, real] of prompts.entries()) {
    yield real;
    yield made[at];
  }
};
