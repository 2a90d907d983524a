import type { Writer } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';
import { isImage } from './image.ts';
import { encodePng } from './sharp.ts';

/** A folder with a PNG for each picture, as they are: 0000.png, 0001.png, … */
export class AlbumWriter implements Writer {
  async *files(items: AsyncIterable<unknown>): AsyncGenerator<{ name: string; bytes: Uint8Array }, void> {
    let index = 0;
    for await (const item of items) {
      if (!isImage(item)) throw errors.IMAGE_NOT_IMAGE('album', kindOf(item));
      yield { name: `${String(index++).padStart(4, '0')}.png`, bytes: await encodePng(item) };
    }
    if (index === 0) throw errors.IMAGE_NOTHING();
  }
}
