import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeItems, writerFor } from '../../../core/dataset/writing.ts';
import { loadPlugins } from '../../../core/index.ts';
import { StageContainer } from '../../../core/plugin/container.ts';
import { ArrayWriter } from '../../../plugins/image/array-writer.ts';
import { GridWriter } from '../../../plugins/image/grid-writer.ts';
import { halfBlocks } from '../../../plugins/image/half-blocks.ts';
import { decodePicture } from '../../../plugins/image/sharp.ts';
import { StripWriter } from '../../../plugins/image/strip-writer.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { bytesOf, each, grey } from './images.ts';
import reference from './reference.json' with { type: 'json' };

const shades = [0, 50, 100, 150, 200].map((value) => grey([value, value]));
const sheet = async (writer: GridWriter | StripWriter, images = shades) => {
  const { width, height, channels, data } = await decodePicture(await bytesOf(writer.write(each(...images))), 'sheet');
  return {
    width,
    height,
    channels,
    rows: Array.from({ length: height }, (_, y) => [...data.subarray(y * width * channels, (y + 1) * width * channels)]),
  };
};

describe('writers of pictures', () => {
  it('grid: columns, scale and gap', async () => {
    const { rows, ...size } = await sheet(new GridWriter({ columns: 3, scale: 1, gap: 1 }));
    expect(size).toEqual({ width: 10, height: 5, channels: 1 });
    expect(rows[1]).toEqual([96, 0, 0, 96, 50, 50, 96, 100, 100, 96]);
    expect(rows[3]).toEqual([96, 150, 150, 96, 200, 200, 96, 96, 96, 96]);
    expect(await sheet(new GridWriter({ columns: 2, scale: 3, gap: 0 }))).toMatchObject({ width: 12, height: 9 });
    expect(await sheet(new GridWriter({ gap: 2 }))).toMatchObject({ height: 2 * (16 + 2) + 2 }); // three in a row, enlarged
  });

  it('strip: all in one row', async () => {
    expect((await sheet(new StripWriter({ gap: 0, scale: 1 }))).rows).toEqual([[0, 0, 50, 50, 100, 100, 150, 150, 200, 200]]);
  });

  it('a grid of grey and coloured pictures is coloured', async () => {
    const red = { width: 2, height: 1, channels: 3 as const, data: Uint8Array.of(255, 0, 0, 255, 0, 0) };
    expect(await sheet(new GridWriter({ columns: 2, scale: 1, gap: 0 }), [shades[1]!, red])).toMatchObject({
      channels: 3,
      rows: [[50, 50, 50, 50, 50, 50, 255, 0, 0, 255, 0, 0]],
    });
  });

  it('array: as NumPy saves it, byte for byte', async () => {
    const images = [0, 1].map((image) => grey(...[0, 1, 2].map((y) => [0, 1, 2, 3].map((x) => 10 * (12 * image + 4 * y + x)))));
    expect((await bytesOf(new ArrayWriter().write(each(...images)))).toString('base64')).toBe(reference.grey);
    await expect(bytesOf(new ArrayWriter().write(each(shades[0], grey([1], [2]))))).rejects.toMatchObject({ code: 'IMAGE_MIXED' });
  });

  it('refuse what is no picture, nothing at all, and sheets beyond reason', async () => {
    for (const writer of [new GridWriter({ gap: 2 }), new StripWriter({ gap: 2 }), new ArrayWriter()]) {
      await expect(bytesOf(writer.write(each('a')))).rejects.toMatchObject({ code: 'IMAGE_NOT_IMAGE' });
      await expect(bytesOf(writer.write(each()))).rejects.toMatchObject({ code: 'IMAGE_NOTHING' });
    }
    await expect(bytesOf(new StripWriter({ gap: 64, scale: 64 }).write(each(...Array(9000).fill(grey([1], [2])))))).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    });
  });
});

describe('by the ending of a path', () => {
  const writing = async (told?: object) => {
    const registry = await loadPlugins({ base: '.' });
    return {
      spelled: 'image',
      told: told && { ...registry.find('write', 'grid')!, settings: told },
      registry,
      container: new StageContainer(),
    };
  };

  it('a PNG, a strip, an array, a folder of PNGs', async () => {
    const folder = await workplace();
    const write = async (name: string) =>
      writeItems(each(...shades), join(folder, name), await writerFor(`${folder}/${name}`, await writing()));
    await write('a.png');
    await write('way.strip.png');
    await write('a.npy');
    await writeItems(each(...shades), `${folder}/all/`, await writerFor('all/', await writing()));
    expect((await readdir(folder)).sort()).toEqual(['a.npy', 'a.png', 'all', 'way.strip.png']);
    expect((await readdir(join(folder, 'all'))).sort()).toEqual([0, 1, 2, 3, 4].map((index) => `000${index}.png`));
    expect([...(await decodePicture(await readFile(join(folder, 'all/0003.png')), 'x')).data]).toEqual([150, 150]);
    const size = async (name: string) => decodePicture(await readFile(join(folder, name)), name);
    expect((await size('way.strip.png')).width).toBeGreaterThan((await size('a.png')).width);
  });

  it('a folder that stands already is refused, and left as it is', async () => {
    const folder = await workplace({ 'kept.txt': 'x' });
    await expect(writeItems(each(...shades), `${folder}/`, await writerFor('x/', await writing()))).rejects.toMatchObject({
      code: 'FOLDER_TAKEN',
    });
    expect(await readdir(folder)).toEqual(['kept.txt']);
  });

  it('the writer that the pipeline names has its settings', async () => {
    const writer = await writerFor('a.png', await writing({ columns: 5, scale: 1, gap: 0 }));
    expect(await decodePicture(await bytesOf(writer.write!(each(...shades))), 'x')).toMatchObject({ width: 10, height: 1 });
  });

  it('texts are not offered as pictures', async () => {
    await expect(writerFor('a.txt', await writing())).rejects.toMatchObject({ code: 'NO_WRITER' });
  });
});

describe('a preview', () => {
  it('two pixels a character: the upper in front, the lower behind', () => {
    const picture = grey([0, 255], [255, 255], [255, 0], [0, 0]);
    expect(halfBlocks([picture], { columns: 80, colours: true }).split('\n')[0]).toBe(
      ' \x1b[38;2;0;0;0;48;2;255;255;255m▀\x1b[38;2;255;255;255;48;2;255;255;255m▀\x1b[0m',
    );
    expect(halfBlocks([picture], { columns: 80, colours: false })).toBe(' ▄█\n ▀ \n');
  });

  it('as many as fit in two rows, wide ones smaller', () => {
    const many = Array.from({ length: 30 }, () => grey([255, 255, 255], [255, 255, 255]));
    expect(halfBlocks(many, { columns: 13, colours: false })).toBe(' ███ ███ ███\n\n ███ ███ ███\n');
    const wide = { width: 100, height: 2, channels: 1 as const, data: new Uint8Array(200).fill(255) };
    expect(halfBlocks([wide], { columns: 80, colours: false }).split('\n')[0]!.trim().length).toBeLessThanOrEqual(40);
  });
});
