import { basename, dirname, resolve } from 'node:path';
import type { Static } from 'typebox';
import type { RawItem, Reader, Source } from '../../core/index.ts';
import { conform } from './conform.ts';
import { errors } from './errors.ts';
import type { PicturesOptions } from './options.ts';
import { decodePicture } from './sharp.ts';

/** The most bytes that one file may have. */
const LARGEST = 1 << 28;

/** Files of one picture each; the folder that holds it is its label: `digits/7/*.png`. */
export class PictureReader implements Reader {
  readonly #settings: Static<typeof PicturesOptions>;

  constructor(settings: Static<typeof PicturesOptions>) {
    this.#settings = settings;
  }

  async *read({ name, bytes }: Source): AsyncGenerator<RawItem, void> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of bytes) {
      parts.push(part);
      length += part.length;
      if (length > LARGEST) throw errors.IMAGE_BROKEN(name, `it has more than ${LARGEST} bytes`);
    }
    const raw = await conform(await decodePicture(Buffer.concat(parts), name), this.#settings);
    yield this.#settings.labels ? { raw, given: basename(dirname(resolve(name))) } : { raw };
  }
}
