import { createReadStream, existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { Static } from 'typebox';
import type { RawItem, Reader, Source } from '../../core/index.ts';
import { conforming } from './conform.ts';
import { errors } from './errors.ts';
import { readIdx } from './idx-file.ts';
import { type Image, plain } from './image.ts';
import type { IdxOptions } from './options.ts';

type PictureItem = RawItem & { readonly raw: Image };

/** Images in the format of MNIST (`…-images-idx3-ubyte`), with the labels of another file. */
export class IdxReader implements Reader {
  readonly #settings: Static<typeof IdxOptions>;

  constructor(settings: Static<typeof IdxOptions>) {
    this.#settings = settings;
  }

  beside(name: string): readonly string[] {
    const file = labelsOf(name, this.#settings.labels);
    return file !== undefined && existsSync(file) ? [file] : [];
  }

  async *read(source: Source): AsyncGenerator<RawItem, void> {
    yield* conforming(images(source, await this.#labels(source.name)), this.#settings);
  }

  async #labels(name: string): Promise<Labels | undefined> {
    const file = labelsOf(name, this.#settings.labels);
    if (file === undefined) return undefined;
    if (existsSync(file)) return readLabels(file);
    if (this.#settings.labels) throw errors.IMAGE_LABELS(file, 'there is no such file');
    return undefined;
  }
}

interface Labels {
  readonly file: string;
  readonly ids: Uint8Array;
}

async function* images(source: Source, labels: Labels | undefined): AsyncGenerator<PictureItem, void> {
  const { dims, entries } = await readIdx(source, (what) => errors.IMAGE_IDX(source.name, what));
  const [count, height, width, channels = 1] = dims;
  if (dims.length < 3 || (channels !== 1 && channels !== 3)) throw errors.IMAGE_IDX(source.name, `its dimensions are ${dims.join(' × ')}`);
  if (labels && labels.ids.length !== count) throw errors.IMAGE_LABELS(labels.file, `it has ${labels.ids.length}, for ${count} images`);
  let at = 0;
  for await (const data of entries) {
    const raw: Image = { height: height!, width: width!, channels, data: plain(data), name: `${source.name} image ${at}` };
    yield labels ? { raw, given: String(labels.ids[at]) } : { raw };
    at++;
  }
}

/** The file of the labels: as it is named, or as idx files are named beside each other. */
const labelsOf = (name: string, labels: string | false | undefined): string | undefined => {
  if (labels === false) return undefined;
  if (labels !== undefined) return resolve(dirname(name), labels);
  const called = basename(name).replace(/images([-.])idx[34]/, 'labels$1idx1');
  return called === basename(name) ? undefined : join(dirname(name), called);
};

const readLabels = async (file: string): Promise<Labels> => {
  const stream = createReadStream(file);
  const bytes = file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
  stream.once('error', (error) => bytes.destroy(error));
  const fault = (what: string) => errors.IMAGE_LABELS(file, what);
  try {
    const { dims, entries } = await readIdx({ name: file, bytes }, fault);
    if (dims.length !== 1) throw fault(`its dimensions are ${dims.join(' × ')}, where one was expected`);
    const ids: number[] = [];
    for await (const [id] of entries) ids.push(id!);
    return { file, ids: Uint8Array.from(ids) };
  } catch (cause) {
    throw (cause as { code?: string }).code?.startsWith('IMAGE_') ? cause : fault((cause as Error).message);
  } finally {
    stream.destroy();
    bytes.destroy();
  }
};
