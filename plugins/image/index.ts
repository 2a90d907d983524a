import { definePlugin, options, provide } from '../../core/index.ts';
import { AlbumWriter } from './album-writer.ts';
import { ArrayWriter } from './array-writer.ts';
import { DigitsReader } from './digits/digits-reader.ts';
import { GridWriter } from './grid-writer.ts';
import { IdxReader } from './idx-reader.ts';
import { NpyReader } from './npy-reader.ts';
import { DigitsOptions, GridOptions, IdxOptions, NpyOptions, PicturesOptions, PixelsOptions, StripOptions } from './options.ts';
import { PictureReader } from './picture-reader.ts';
import { PixelsTokenizer } from './pixels-tokenizer.ts';
import { StripWriter } from './strip-writer.ts';

export default definePlugin({
  name: 'image',
  contract: 1,
  about: 'Pictures by levels of grey or colour; from idx, PNG, JPEG and NumPy arrays, or drawn digits; to sheets, folders and arrays.',
  stages: {
    tokenize: { pixels: provide([options(PixelsOptions)], (settings) => new PixelsTokenizer(settings)) },
    read: {
      idx: provide([options(IdxOptions)], (settings) => new IdxReader(settings)),
      pictures: provide([options(PicturesOptions)], (settings) => new PictureReader(settings)),
      npy: provide([options(NpyOptions)], (settings) => new NpyReader(settings)),
      digits: provide([], () => new DigitsReader()),
    },
    write: {
      grid: provide([options(GridOptions)], (settings) => new GridWriter(settings)),
      strip: provide([options(StripOptions)], (settings) => new StripWriter(settings)),
      album: provide([], () => new AlbumWriter()),
      array: provide([], () => new ArrayWriter()),
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
    pixels: { raw: 'image' },
    idx: { raw: 'image' },
    pictures: { raw: 'image' },
    npy: { raw: 'image' },
    digits: { raw: 'image' },
    grid: { raw: 'image' },
    strip: { raw: 'image' },
    album: { raw: 'image' },
    array: { raw: 'image' },
  },
});
