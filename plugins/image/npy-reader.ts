import { createReadStream, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Static } from 'typebox';
import type { RawItem, Reader, Source } from '../../core/index.ts';
import { conforming } from './conform.ts';
import { errors } from './errors.ts';
import { type Image, plain } from './image.ts';
import { readNpy } from './npy-file.ts';
import type { NpyOptions } from './options.ts';

/** Arrays of pictures as NumPy saves them, with the labels of another such file where it is named. */
export class NpyReader implements Reader {
  readonly #settings: Static<typeof NpyOptions>;

  constructor(settings: Static<typeof NpyOptions>) {
    this.#settings = settings;
  }

  beside(name: string): readonly string[] {
    const { labels } = this.#settings;
    const file = labels ? resolve(dirname(name), labels) : undefined;
    return file !== undefined && existsSync(file) ? [file] : [];
  }

  async *read(source: Source): AsyncGenerator<RawItem, void> {
    const { labels } = this.#settings;
    const ids = labels ? await readLabels(resolve(dirname(source.name), labels)) : undefined;
    yield* conforming(pictures(source, ids), this.#settings);
  }
}

interface Labels {
  readonly file: string;
  readonly ids: readonly string[];
}

async function* pictures(source: Source, labels: Labels | undefined): AsyncGenerator<RawItem & { readonly raw: Image }, void> {
  const fault = (what: string) => errors.IMAGE_NPY(source.name, what);
  const { type, shape, entries } = await readNpy(source, fault);
  const [count, height, width, channels = 1] = shape;
  if (shape.length < 3 || shape.length > 4 || (channels !== 1 && channels !== 3)) throw fault(`its shape is (${shape.join(', ')})`);
  if (labels && labels.ids.length !== count) throw errors.IMAGE_LABELS(labels.file, `it has ${labels.ids.length}, for ${count} pictures`);
  let at = 0;
  for await (const bytes of entries) {
    const name = `${source.name} picture ${at}`;
    const raw: Image = {
      height: height!,
      width: width!,
      channels,
      data: valuesOf(bytes, type, (what) => fault(`picture ${at} ${what}`)),
      name,
    };
    yield labels ? { raw, given: labels.ids[at] } : { raw };
    at++;
  }
}

const valuesOf = (bytes: Buffer, type: string, fault: (what: string) => Error): Uint8Array => {
  if (type === '|u1') return plain(bytes);
  if (type === '|b1') return plain(bytes).map((bit) => (bit ? 255 : 0));
  const width = type === '<f4' ? 4 : 8;
  if (type !== '<f4' && type !== '<f8') throw fault(`has values of the type ${type}`);
  return Uint8Array.from({ length: bytes.length / width }, (_, i) => {
    const value = width === 4 ? bytes.readFloatLE(i * 4) : bytes.readDoubleLE(i * 8);
    if (!(value >= 0 && value <= 1)) throw fault(`has the value ${value}`);
    return Math.round(value * 255);
  });
};

const WHOLE: Readonly<Record<string, (bytes: Buffer) => number | bigint>> = {
  '|u1': (bytes) => bytes.readUInt8(),
  '|i1': (bytes) => bytes.readInt8(),
  '<u2': (bytes) => bytes.readUInt16LE(),
  '<i2': (bytes) => bytes.readInt16LE(),
  '<i4': (bytes) => bytes.readInt32LE(),
  '<i8': (bytes) => bytes.readBigInt64LE(),
};

const readLabels = async (file: string): Promise<Labels> => {
  const fault = (what: string) => errors.IMAGE_LABELS(file, what);
  if (!existsSync(file)) throw fault('there is no such file');
  const stream = createReadStream(file);
  try {
    const { type, shape, entries } = await readNpy({ name: file, bytes: stream }, fault);
    const number = WHOLE[type];
    if (!number || shape.length !== 1)
      throw fault(`it holds ${type} in the shape (${shape.join(', ')}), where whole numbers in one dimension were expected`);
    const ids: string[] = [];
    for await (const bytes of entries) ids.push(String(number(bytes)));
    return { file, ids };
  } finally {
    stream.destroy();
  }
};
