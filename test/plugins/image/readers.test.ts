import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openSource } from '../../../core/dataset/files.ts';
import { IdxReader } from '../../../plugins/image/idx-reader.ts';
import type { Image } from '../../../plugins/image/image.ts';
import { NpyReader } from '../../../plugins/image/npy-reader.ts';
import { PictureReader } from '../../../plugins/image/picture-reader.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { realData } from '../../real-data.ts';
import { all, source } from '../text/source.ts';
import { png } from './png.ts';
import reference from './reference.json' with { type: 'json' };

const idx = (dims: number[], values: number[], type = 8): Buffer => {
  const head = Buffer.alloc(4 + 4 * dims.length);
  head.set([0, 0, type, dims.length]);
  for (const [axis, dim] of dims.entries()) head.writeUInt32BE(dim, 4 + 4 * axis);
  return Buffer.concat([head, Buffer.from(values)]);
};
const two = idx([2, 1, 3], [1, 2, 3, 4, 5, 6]);
const valuesOf = (items: readonly { raw: unknown }[]): number[][] => items.map(({ raw }) => [...(raw as Image).data]);

describe('idx', () => {
  const read = async (files: Record<string, Uint8Array>, name: string, settings: object = {}) => {
    const folder = await workplace(files);
    return all(new IdxReader({ fit: 'cover', ...settings }).read(openSource(join(folder, name))));
  };

  it('reads images, and the labels that lie beside them', async () => {
    const labels = idx([2], [7, 0]);
    const items = await read(
      { 'a-images-idx3-ubyte.gz': gzipSync(two), 'a-labels-idx1-ubyte.gz': gzipSync(labels) },
      'a-images-idx3-ubyte.gz',
    );
    expect(valuesOf(items)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(items.map(({ given }) => given)).toEqual(['7', '0']);
    expect(items[0]!.raw).toMatchObject({ height: 1, width: 3, channels: 1 });
    expect(await read({ 'b-images.idx3-ubyte': two }, 'b-images.idx3-ubyte')).not.toContainEqual(
      expect.objectContaining({ given: expect.anything() }),
    );
  });

  it('labels: those named, or none; they count when data has changed', async () => {
    const files = { 'x-images-idx3-ubyte': two, 'x-labels-idx1-ubyte': idx([2], [1, 1]), other: idx([2], [5, 6]) };
    expect((await read(files, 'x-images-idx3-ubyte', { labels: 'other' })).map(({ given }) => given)).toEqual(['5', '6']);
    expect((await read(files, 'x-images-idx3-ubyte', { labels: false }))[0]).not.toHaveProperty('given');
    const folder = await workplace(files);
    expect(new IdxReader({ fit: 'cover' }).beside(join(folder, 'x-images-idx3-ubyte'))).toEqual([join(folder, 'x-labels-idx1-ubyte')]);
    expect(new IdxReader({ fit: 'cover', labels: false }).beside(join(folder, 'x-images-idx3-ubyte'))).toEqual([]);
  });

  it('reads colours in a fourth dimension', async () => {
    const [item] = await read({ 'c.idx': idx([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]) }, 'c.idx');
    expect(item!.raw).toMatchObject({ height: 1, width: 2, channels: 3 });
  });

  it.each<[string, Uint8Array, object, string]>([
    ['a file that is no idx', Buffer.from('hello, world'), {}, 'IMAGE_IDX'],
    ['floats', idx([2, 1, 3], [1, 2, 3, 4, 5, 6], 13), {}, 'IMAGE_IDX'],
    ['labels as images', idx([2], [1, 2]), {}, 'IMAGE_IDX'],
    ['a file that is cut short', two.subarray(0, -1), {}, 'IMAGE_IDX'],
    ['a file that is too long', Buffer.concat([two, two]), {}, 'IMAGE_IDX'],
    ['dimensions beyond reason', idx([1, 0xffffffff, 0xffffffff], []), {}, 'IMAGE_IDX'],
    ['an empty file', Buffer.alloc(0), {}, 'IMAGE_IDX'],
    ['labels that are too few', two, { labels: 'one' }, 'IMAGE_LABELS'],
    ['labels that are not there', two, { labels: 'none' }, 'IMAGE_LABELS'],
    ['labels that are images', two, { labels: 'x.idx' }, 'IMAGE_LABELS'],
    ['labels that are no idx', two, { labels: 'text.gz' }, 'IMAGE_LABELS'],
  ])('refuses %s', async (_, bytes, settings, code) => {
    const files = { 'x.idx': bytes, one: idx([1], [1]), 'text.gz': Buffer.from('text') };
    await expect(read(files, 'x.idx', settings)).rejects.toMatchObject({ code });
  });

  const mnist = realData('mnist/train-images-idx3-ubyte.gz');
  it.skipIf(mnist.absent)(`reads MNIST as the others have it${mnist.why}`, async () => {
    const counts = new Array<number>(10).fill(0);
    let [rows, ink] = [0, 0];
    let first = '';
    for await (const { raw, given } of new IdxReader({ fit: 'cover' }).read(openSource(mnist.path))) {
      const { data, width, height } = raw as Image;
      if (rows++ === 0) first = `${given} ${width} ${height}`;
      counts[Number(given)]!++;
      for (const value of data) ink += value;
    }
    expect([rows, first]).toEqual([60000, '5 28 28']);
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]); // as LeCun et al. and everyone since count them
    expect(ink / 60000 / 784 / 255).toBeCloseTo(0.1307, 4); // the mean that every tutorial normalises by
  });
});

describe('npy', () => {
  const read = async (which: Exclude<keyof typeof reference, 'numpy'>, settings: object = {}, labels: typeof which = 'int64') => {
    const folder = await workplace({ 'x.npy': Buffer.from(reference[which], 'base64'), 'y.npy': Buffer.from(reference[labels], 'base64') });
    return all(new NpyReader({ fit: 'cover', ...settings }).read(openSource(join(folder, 'x.npy'))));
  };
  const tens = [0, 1].map((image) => Array.from({ length: 12 }, (_, at) => 10 * (12 * image + at)));

  it.each(['grey', 'grey_version_2', 'float32', 'float64'] as const)('reads what NumPy saves: %s', async (which) => {
    const items = await read(which);
    expect(valuesOf(items)).toEqual(tens);
    expect(items[0]!.raw).toMatchObject({ height: 3, width: 4, channels: 1 });
  });

  it('reads colours and bits', async () => {
    expect((await read('colours'))[1]!.raw).toMatchObject({
      height: 2,
      width: 2,
      channels: 3,
      data: Uint8Array.from({ length: 12 }, (_, i) => 12 + i),
    });
    expect(valuesOf(await read('bool'))).toEqual(tens.map((row) => row.map((value) => (value > 100 ? 255 : 0))));
  });

  it('labels: of an array of whole numbers', async () => {
    for (const labels of ['int64', 'uint8'] as const)
      expect((await read('grey', { labels: 'y.npy' }, labels)).map(({ given }) => given)).toEqual(['3', '7']);
    await expect(read('grey', { labels: 'y.npy' }, 'three')).rejects.toMatchObject({ code: 'IMAGE_LABELS' });
    await expect(read('grey', { labels: 'y.npy' }, 'float32')).rejects.toMatchObject({ code: 'IMAGE_LABELS' });
    await expect(read('grey', { labels: 'z.npy' })).rejects.toMatchObject({ code: 'IMAGE_LABELS' });
  });

  it.each(['fortran', 'flat', 'beyond', 'nan', 'strings', 'int64'] as const)('refuses %s', async (which) => {
    await expect(read(which)).rejects.toMatchObject({ code: 'IMAGE_NPY' });
  });

  it('refuses what is cut short', async () => {
    const whole = Buffer.from(reference.grey, 'base64');
    for (const end of [0, 7, 60, whole.length - 1])
      await expect(all(new NpyReader({ fit: 'cover' }).read(source(whole.subarray(0, end))))).rejects.toMatchObject({ code: 'IMAGE_NPY' });
  });
});

describe('pictures', () => {
  const read = async (bytes: Uint8Array, settings: object = {}) =>
    all(new PictureReader({ fit: 'cover', labels: true, ...settings }).read(source(bytes, { name: 'shapes/round/one.png' })));
  const grey = png(2, 2, 0, [0, 50, 200, 255]);
  const colours = png(2, 1, 2, [255, 0, 0, 0, 0, 255]);

  it('PNG in grey and in colours; the folder is the label', async () => {
    expect(await read(grey)).toEqual([
      { raw: expect.objectContaining({ width: 2, height: 2, channels: 1, data: Uint8Array.of(0, 50, 200, 255) }), given: 'round' },
    ]);
    expect(valuesOf(await read(colours))).toEqual([[255, 0, 0, 0, 0, 255]]);
    expect((await read(grey, { labels: false }))[0]).not.toHaveProperty('given');
  });

  it('what is transparent lies on white', async () => {
    expect(valuesOf(await read(png(2, 1, 4, [10, 255, 10, 0])))).toEqual([[10, 255]]);
    expect(valuesOf(await read(png(2, 1, 6, [1, 2, 3, 255, 1, 2, 3, 0])))).toEqual([[1, 2, 3, 255, 255, 255]]);
  });

  it('JPEG, turned as its Exif says', async () => {
    const jpeg = await sharp({ create: { width: 30, height: 10, channels: 3, background: '#0080ff' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const [{ raw }] = (await read(jpeg)) as [{ raw: Image }];
    expect(raw).toMatchObject({ width: 10, height: 30, channels: 3 });
    expect([...raw.data.subarray(0, 3)].map((value) => Math.round(value / 16))).toEqual([0, 8, 16]);
  });

  it('channels: grey by luma, or three that are equal', async () => {
    expect(valuesOf(await read(colours, { channels: 1 }))).toEqual([[76, 29]]); // Rec. 601: 0.299 · 255 and 0.114 · 255
    expect(valuesOf(await read(grey, { channels: 3 }))[0]!.slice(3, 6)).toEqual([50, 50, 50]);
  });

  it('size and fit: cut to the middle, or stretched', async () => {
    const wide = png(
      8,
      4,
      0,
      Array.from({ length: 32 }, (_, at) => (at % 8 < 2 || at % 8 > 5 ? 255 : 0)),
    );
    const [{ raw: covered }] = (await read(wide, { size: 4 })) as [{ raw: Image }];
    expect([covered.width, covered.height, Math.max(...covered.data)]).toEqual([4, 4, 0]);
    const [{ raw: filled }] = (await read(wide, { size: [2, 4], fit: 'fill' })) as [{ raw: Image }];
    expect([filled.width, filled.height, filled.channels]).toEqual([4, 2, 1]);
    expect(filled.data[0]).toBeGreaterThan(200);
  });

  it.each<[string, Uint8Array]>([
    ['a broken PNG', grey.subarray(0, 50)],
    ['a PNG whose data is damaged', Buffer.from(grey).fill(0x55, 43, 50)],
    ['a text', Buffer.from('no picture at all')],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')],
    ['an empty file', Buffer.alloc(0)],
    ['a PNG of a billion pixels', png(40000, 40000, 0, [])],
  ])('refuses %s', async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'IMAGE_BROKEN', message: expect.stringContaining('shapes/round/one.png') });
  });
});
