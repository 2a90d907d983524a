import { definePlugin, reader, tokenizer, writer } from '../../core/declaring.ts';
import { DigitsOptions, GridOptions, IdxOptions, NpyOptions, PicturesOptions, PixelsOptions, StripOptions } from './options.ts';

const capabilities = { raw: 'image' };

export default definePlugin({
  name: 'image',
  contract: 2,
  about: 'Pictures by levels of grey or colour; from idx, PNG, JPEG and NumPy arrays, or drawn digits; to sheets, folders and arrays.',
  stages: [
    tokenizer({
      name: 'pixels',
      about: 'A picture value by value, in levels of grey or of each colour.',
      options: PixelsOptions,
      capabilities: { raw: 'image', extras: ['shape'] },
      make: async ({ options }) => new (await import('./pixels-tokenizer.ts')).PixelsTokenizer(options),
    }),
    reader({
      name: 'idx',
      about: 'Images as MNIST has them, with labels beside.',
      extensions: ['.idx', '.idx3', '-idx3-ubyte', '.idx3-ubyte', '-idx4-ubyte'],
      options: IdxOptions,
      capabilities,
      make: async ({ options }) => new (await import('./idx-reader.ts')).IdxReader(options),
    }),
    reader({
      name: 'pictures',
      about: 'PNG and JPEG, one picture a file, labelled by their folders.',
      extensions: ['.png', '.jpg', '.jpeg'],
      options: PicturesOptions,
      capabilities,
      make: async ({ options }) => new (await import('./picture-reader.ts')).PictureReader(options),
    }),
    reader({
      name: 'npy',
      about: 'Arrays of pictures as NumPy saves them.',
      extensions: ['.npy'],
      options: NpyOptions,
      capabilities,
      make: async ({ options }) => new (await import('./npy-reader.ts')).NpyReader(options),
    }),
    reader({
      name: 'digits',
      about: 'Digits drawn by rule and labelled, as many as the file says.',
      extensions: ['digits.json'],
      options: DigitsOptions,
      capabilities,
      make: async () => new (await import('./digits/digits-reader.ts')).DigitsReader(),
    }),
    writer({
      name: 'grid',
      about: 'All pictures in rows, as one PNG.',
      extensions: ['.png'],
      options: GridOptions,
      capabilities,
      make: async ({ options }) => new (await import('./grid-writer.ts')).GridWriter(options),
    }),
    writer({
      name: 'strip',
      about: 'All pictures in one row, as one PNG.',
      extensions: ['strip.png'],
      options: StripOptions,
      capabilities,
      make: async ({ options }) => new (await import('./strip-writer.ts')).StripWriter(options),
    }),
    writer({
      name: 'album',
      about: 'A folder with a PNG for each picture.',
      extensions: ['/'],
      capabilities,
      make: async () => new (await import('./album-writer.ts')).AlbumWriter(),
    }),
    writer({
      name: 'array',
      about: 'All pictures as one array for NumPy.',
      extensions: ['.npy'],
      capabilities,
      make: async () => new (await import('./array-writer.ts')).ArrayWriter(),
    }),
  ],
});
