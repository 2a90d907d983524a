import { mkdtemp, readdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../core/index.ts';
import { PixelsTokenizer } from '../../../plugins/image/pixels-tokenizer.ts';
import { each, fitted, grey } from './images.ts';

const ramp = grey([0, 63, 64], [127, 128, 255]);
const other = grey([9, 9, 9], [9, 9, 9]);

describe('pixels', () => {
  it('levels: values become the nearest of so many, and come back as its value', async () => {
    const four = await fitted({ levels: 4 }, ramp, other);
    expect([...four.tokenize(ramp)]).toEqual([0, 1, 1, 1, 2, 3]); // 255 / 3 = 85 apart
    expect([...four.detokenize(Int32Array.of(0, 1, 2, 3, 3, 3)).data]).toEqual([0, 85, 170, 255, 255, 255]);
    expect([four.vocabulary, four.start, four.shape]).toEqual([5, 4, [2, 3]]);
    expect([...(await fitted({}, ramp, other)).tokenize(ramp)]).toEqual([0, 63, 64, 127, 128, 255]);
  });

  it('rounding: a number is the share of the way between two levels from which on the upper one is taken', async () => {
    expect([...(await fitted({ levels: 2 }, ramp, other)).tokenize(ramp)]).toEqual([0, 0, 0, 0, 1, 1]);
    expect([...(await fitted({ levels: 2, rounding: 0.25 }, ramp, other)).tokenize(ramp)]).toEqual([0, 0, 1, 1, 1, 1]);
    expect([...(await fitted({ levels: 4, rounding: 1 }, ramp, other)).tokenize(ramp)]).toEqual([0, 0, 0, 1, 1, 3]);
  });

  it('rounding: stochastic draws each value as often as it is bright, from the luck it is handed', async () => {
    const tokenizer = await fitted({ levels: 2, rounding: 'stochastic' }, ramp, other);
    const random = createRandom(1);
    const sums = new Float64Array(6);
    const draws = 4000;
    for (let draw = 0; draw < draws; draw++) for (const [at, id] of tokenizer.tokenize(ramp, random).entries()) sums[at]! += id;
    ramp.data.forEach((value, at) => {
      const p = value / 255;
      expect(Math.abs(sums[at]! / draws - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / draws));
    });
    const again = () => [...tokenizer.tokenize(ramp, createRandom(5))];
    expect(again()).toEqual(again());
  });

  it('without luck a drawn picture is always the same, and other pictures are drawn otherwise', async () => {
    const dim = (corner: number) =>
      grey(...Array.from({ length: 16 }, (_, y) => Array.from({ length: 16 }, (_, x) => (x + y === 0 ? corner : 128))));
    const tokenizer = await fitted({ levels: 2, rounding: 'stochastic' }, dim(0), dim(255));
    expect(tokenizer.draws).toBe(true);
    const [one, same, two] = [dim(0), dim(0), dim(255)].map((image) => tokenizer.tokenize(image).join(''));
    expect(one).toBe(same);
    expect(one!.slice(1)).not.toBe(two!.slice(1));
    const share = [...one!].filter((id) => id === '1').length / 256;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.15);
  });

  it('colours lie side by side, and the shape says so', async () => {
    const colours = { width: 2, height: 1, channels: 3 as const, data: Uint8Array.of(255, 0, 0, 0, 255, 255) };
    const tokenizer = await fitted({ levels: 2 }, colours, colours);
    expect([...tokenizer.tokenize(colours)]).toEqual([1, 0, 0, 0, 1, 1]);
    expect(tokenizer.shape).toEqual([1, 2, 3]);
  });

  it('spells rows of any length: black where one is too short', async () => {
    const tokenizer = await fitted({ levels: 2 }, ramp, other);
    expect([...tokenizer.detokenize(Int32Array.of(1, tokenizer.start, 1)).data]).toEqual([255, 255, 0, 0, 0, 0]);
    expect(tokenizer.detokenize(new Int32Array(9).fill(1)).data).toHaveLength(6);
  });

  it('labels: a count, names, or those of the data, numbers in their order', async () => {
    expect([...(await fitted({ labels: 10 }, ramp, other)).given.tokenize(7)]).toEqual([7]);
    const named = (await fitted({ labels: ['shirt', 'bag'] }, ramp, other)).given;
    expect([named.vocabulary, named.tokenize('bag')[0], named.detokenize(Int32Array.of(0))]).toEqual([2, 1, 'shirt']);
    const learned = (await fitted({}, ramp, other)).given;
    await lastValueFrom(learned.fit(each('10', '9', 'a', '9')));
    expect(learned.names).toEqual(['9', '10', 'a']);
    expect(() => learned.tokenize('8')).toThrow(/no label "8"; known are 9, 10, a/);
    await expect(lastValueFrom(named.fit(each('hat')))).rejects.toMatchObject({ code: 'IMAGE_UNKNOWN_LABEL' });
  });

  it('is kept in pixels.json and read back, also where older models keep it; other settings refuse it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pixels-'));
    const tokenizer = await fitted({ levels: 4, labels: ['a', 'b'] }, ramp, other);
    await tokenizer.save(folder);
    const settings = { levels: 4, rounding: 'nearest', labels: ['a', 'b'] } as const;
    const again = new PixelsTokenizer({ ...settings, labels: ['a', 'b'] });
    await again.load(folder);
    expect([again.fingerprint, again.shape, again.given.names]).toEqual([tokenizer.fingerprint, [2, 3], ['a', 'b']]);
    await expect(new PixelsTokenizer({ levels: 5, rounding: 'nearest' }).load(folder)).rejects.toMatchObject({
      code: 'IMAGE_BAD_TOKENIZER',
    });
    expect(await readdir(folder)).toEqual(['pixels.json']);
    await rename(join(folder, 'pixels.json'), join(folder, 'tokenizer.json'));
    const older = new PixelsTokenizer({ ...settings, labels: ['a', 'b'] });
    await older.load(folder);
    expect(older.fingerprint).toBe(tokenizer.fingerprint);
    await expect(again.load(tmpdir())).rejects.toMatchObject({ code: 'IMAGE_BAD_TOKENIZER' });
  });

  it.each([
    ['pictures of two sizes', [ramp, grey([1, 2])], 'IMAGE_MIXED'],
    ['grey and coloured pictures', [grey([1, 2]), { width: 2, height: 1, channels: 3 as const, data: new Uint8Array(6) }], 'IMAGE_MIXED'],
    ['one picture', [ramp], 'IMAGE_ONE_ONLY'],
    ['all-black pictures', [grey([0, 0]), grey([0, 0]), grey([0, 0])], 'IMAGE_CONSTANT'],
    ['pictures that are one level when rounded', [grey([100, 20]), grey([0, 3])], 'IMAGE_CONSTANT'],
    ['texts', ['a' as never, 'b' as never], 'IMAGE_NOT_IMAGE'],
  ])('refuses %s', async (_, images, code) => {
    await expect(fitted({ levels: 2 }, ...images)).rejects.toMatchObject({ code });
  });

  it('refuses ids of another tokenizer, and work before it knows a shape', async () => {
    expect(() => new PixelsTokenizer({ levels: 2, rounding: 'nearest' }).tokenize(ramp)).toThrow(/does not know the shape/);
    const tokenizer = await fitted({ levels: 2 }, ramp, other);
    expect(() => tokenizer.detokenize(Int32Array.of(3))).toThrow(/no id 3/);
  });
});
