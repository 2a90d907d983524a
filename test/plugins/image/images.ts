import { lastValueFrom } from 'rxjs';
import type { Static } from 'typebox';
import type { Image } from '../../../plugins/image/image.ts';
import type { PixelsOptions } from '../../../plugins/image/options.ts';
import { PixelsTokenizer } from '../../../plugins/image/pixels-tokenizer.ts';

/** A grey picture from its rows of values. */
export const grey = (...rows: number[][]): Image => ({
  width: rows[0]!.length,
  height: rows.length,
  channels: 1,
  data: Uint8Array.from(rows.flat()),
});

export async function* each<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
}

export const bytesOf = async (parts: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
};

/** The tokenizer with defaults for what is not set, fitted on pictures. */
export const fitted = async (settings: Partial<Static<typeof PixelsOptions>>, ...images: Image[]): Promise<PixelsTokenizer> => {
  const tokenizer = new PixelsTokenizer({ levels: 256, rounding: 'nearest', ...settings });
  await lastValueFrom(tokenizer.fit(each(...images)));
  return tokenizer;
};
