import type { Sharp, SharpInput, SharpOptions } from 'sharp';
import { errors } from './errors.ts';
import { type Image, plain } from './image.ts';

/** The most pixels that one picture may have. */
export const MOST_PIXELS = 1 << 26;

type Make = (input: SharpInput, options?: SharpOptions) => Sharp;

let loaded: Promise<Make> | undefined;

/** The package sharp, loaded when first needed. Throws IMAGE_NO_SHARP. */
const sharp = (): Promise<Make> => {
  loaded ??= import('sharp').then(
    (module) => module.default as Make,
    (cause) => {
      loaded = undefined;
      throw errors.IMAGE_NO_SHARP(cause).because(cause);
    },
  );
  return loaded;
};

const rawOf = ({ width, height, channels, data }: Image): [Uint8Array, SharpOptions] => [data, { raw: { width, height, channels } }];

/** A PNG or JPEG as a picture, turned as it says it stands; what is transparent lies on white. Throws IMAGE_BROKEN. */
export const decodePicture = async (bytes: Uint8Array, name: string): Promise<Image> => {
  const make = await sharp();
  try {
    const picture = make(bytes, { limitInputPixels: MOST_PIXELS });
    const { format, space, hasAlpha } = await picture.metadata();
    if (format !== 'png' && format !== 'jpeg') throw new Error(`it holds ${format ?? 'something else'}, not PNG or JPEG`);
    const grey = space === 'b-w' || space === 'grey16';
    const opaque = hasAlpha ? picture.flatten({ background: '#ffffff' }) : picture;
    const { data, info } = await opaque
      .autoOrient()
      .toColourspace(grey ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, channels: info.channels as 1 | 3, data: plain(data), name };
  } catch (cause) {
    throw errors.IMAGE_BROKEN(name, cause instanceof Error ? cause.message.split('\n')[0]! : String(cause)).because(cause);
  }
};

/** A picture as PNG. */
export const encodePng = async (image: Image): Promise<Uint8Array> => {
  const make = await sharp();
  const made = make(...rawOf(image));
  return (image.channels === 1 ? made.toColourspace('b-w') : made).png({ compressionLevel: 9 }).toBuffer();
};

/** A picture at another size: `cover` keeps its proportions and cuts off what is beyond, `fill` stretches. */
export const resize = async (image: Image, height: number, width: number, fit: 'cover' | 'fill'): Promise<Image> => {
  if (image.height === height && image.width === width) return image;
  const make = await sharp();
  const made = make(...rawOf(image)).resize(width, height, { fit });
  const data = await (image.channels === 1 ? made.toColourspace('b-w') : made).raw().toBuffer();
  return { ...image, width, height, data: plain(data) };
};
