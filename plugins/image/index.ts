import { definePlugin, options, provide } from '../../core/declaring.ts';
import { DigitsOptions, GridOptions, IdxOptions, NpyOptions, PicturesOptions, PixelsOptions, StripOptions } from './options.ts';

export default definePlugin({
  name: 'image',
  contract: 1,
  about: 'Pictures by levels of grey or colour; from idx, PNG, JPEG and NumPy arrays, or drawn digits; to sheets, folders and arrays.',
  stages: {
    tokenize: {
      pixels: provide([options(PixelsOptions)], async (settings) => new (await import('./pixels-tokenizer.ts')).PixelsTokenizer(settings)),
    },
    read: {
      idx: provide([options(IdxOptions)], async (settings) => new (await import('./idx-reader.ts')).IdxReader(settings)),
      pictures: provide([options(PicturesOptions)], async (settings) => new (await import('./picture-reader.ts')).PictureReader(settings)),
      npy: provide([options(NpyOptions)], async (settings) => new (await import('./npy-reader.ts')).NpyReader(settings)),
      digits: provide([], async () => new (await import('./digits/digits-reader.ts')).DigitsReader()),
    },
    write: {
      grid: provide([options(GridOptions)], async (settings) => new (await import('./grid-writer.ts')).GridWriter(settings)),
      strip: provide([options(StripOptions)], async (settings) => new (await import('./strip-writer.ts')).StripWriter(settings)),
      album: provide([], async () => new (await import('./album-writer.ts')).AlbumWriter()),
      array: provide([], async () => new (await import('./array-writer.ts')).ArrayWriter()),
    },
  },
  options: {
    pixels: PixelsOptions,
    idx: IdxOptions,
    pictures: PicturesOptions,
    npy: NpyOptions,
    digits: DigitsOptions,
    grid: GridOptions,
    strip: StripOptions,
  },
  declares: {
    pixels: { about: 'A picture value by value, in levels of grey or of each colour.', raw: 'image', extras: ['shape'] },
    idx: { about: 'Images as MNIST has them, with labels beside.', raw: 'image' },
    pictures: { about: 'PNG and JPEG, one picture a file, labelled by their folders.', raw: 'image' },
    npy: { about: 'Arrays of pictures as NumPy saves them.', raw: 'image' },
    digits: { about: 'Digits drawn by rule and labelled, as many as the file says.', raw: 'image' },
    grid: { about: 'All pictures in rows, as one PNG.', raw: 'image' },
    strip: { about: 'All pictures in one row, as one PNG.', raw: 'image' },
    album: { about: 'A folder with a PNG for each picture.', raw: 'image' },
    array: { about: 'All pictures as one array for NumPy.', raw: 'image' },
  },
});
