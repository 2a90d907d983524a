import type { Static } from 'typebox';
import { type Image, withChannels } from './image.ts';
import type { PicturesOptions } from './options.ts';
import { resize } from './sharp.ts';

/** What is asked of every picture that is read. */
export type Asked = Pick<Static<typeof PicturesOptions>, 'size' | 'channels' | 'fit'>;

/** A picture as it was asked for. */
export const conform = async (image: Image, { size, channels, fit }: Asked): Promise<Image> => {
  const coloured = channels === undefined ? image : withChannels(image, channels);
  if (size === undefined) return coloured;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  return resize(coloured, height, width, fit);
};

/** So many pictures are resized side by side. */
const ABREAST = 32;

/** Pictures as they were asked for, in their order. */
export async function* conforming<T extends { readonly raw: Image }>(items: AsyncIterable<T>, asked: Asked): AsyncGenerator<T> {
  let waiting: Promise<T>[] = [];
  for await (const item of items) {
    waiting.push(conform(item.raw, asked).then((raw) => ({ ...item, raw })));
    if (waiting.length < ABREAST) continue;
    yield* await Promise.all(waiting);
    waiting = [];
  }
  yield* await Promise.all(waiting);
}
