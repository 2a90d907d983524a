import type { Writer } from '../../core/index.ts';
import { errors } from './errors.ts';
import { measures } from './image.ts';
import { npyHeader } from './npy-file.ts';
import { gather } from './sheet.ts';

/** All pictures as one array of bytes for NumPy, [picture, height, width] or [picture, height, width, channel]. */
export class ArrayWriter implements Writer {
  async *write(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
    const images = await gather(items, 'array');
    const [first] = images;
    const { height, width, channels } = first;
    for (const image of images)
      if (image.data.length !== first.data.length || image.width !== width)
        throw errors.IMAGE_MIXED(image.name ?? 'A picture', measures(first), measures(image));
    yield npyHeader([images.length, height, width, ...(channels === 1 ? [] : [channels])]);
    for (const { data } of images) yield data;
  }
}
