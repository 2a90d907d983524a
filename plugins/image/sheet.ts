import { errors, kindOf } from './errors.ts';
import { type Image, isImage, withChannels } from './image.ts';

/** How pictures are laid out. */
export interface Layout {
  readonly columns: number;
  /** Pixels of the sheet for one of a picture; absent: so that a sheet is about as wide as WIDTH. */
  readonly scale?: number;
  readonly gap: number;
}

const WIDTH = 640;
const BETWEEN = 96;

/** The most values that a sheet may have. */
const MOST = 1 << 28;

/** Every picture of a stream. Throws where one is something else, and where there is none. */
export const gather = async (items: AsyncIterable<unknown>, who: string): Promise<[Image, ...Image[]]> => {
  const images: Image[] = [];
  for await (const item of items) {
    if (!isImage(item)) throw errors.IMAGE_NOT_IMAGE(who, kindOf(item));
    images.push(item);
  }
  const [first, ...rest] = images;
  if (!first) throw errors.IMAGE_NOTHING();
  return [first, ...rest];
};

/** Pictures side by side in rows, each enlarged by a whole number, grey between them. */
export const layOut = (images: readonly [Image, ...Image[]], { columns, scale, gap }: Layout): Image => {
  const across = Math.min(columns, images.length);
  const rows = Math.ceil(images.length / across);
  const [wide, high] = [Math.max(...images.map(({ width }) => width)), Math.max(...images.map(({ height }) => height))];
  const channels = images.some((image) => image.channels === 3) ? 3 : 1;
  const times = scale ?? Math.max(1, Math.min(16, Math.floor(WIDTH / (across * (wide + gap)))));
  const [stepX, stepY] = [wide * times + gap, high * times + gap];
  const [width, height] = [across * stepX + gap, rows * stepY + gap];
  if (width * height * channels > MOST) throw errors.IMAGE_TOO_LARGE(width, height);
  const data = new Uint8Array(width * height * channels).fill(BETWEEN);
  for (const [index, image] of images.entries()) {
    const { data: values, ...one } = withChannels(image, channels);
    const left = gap + (index % across) * stepX;
    const top = gap + Math.floor(index / across) * stepY;
    for (let y = 0; y < one.height * times; y++)
      for (let x = 0; x < one.width * times; x++) {
        const from = (Math.floor(y / times) * one.width + Math.floor(x / times)) * channels;
        const to = ((top + y) * width + left + x) * channels;
        for (let channel = 0; channel < channels; channel++) data[to + channel] = values[from + channel]!;
      }
  }
  return { width, height, channels, data };
};
