import { describe, expect, it } from 'vitest';
import { DigitsReader } from '../../../../plugins/image/digits/digits-reader.ts';
import type { Image } from '../../../../plugins/image/image.ts';
import { all, source } from '../../text/source.ts';

const digits = (settings: unknown, reader = new DigitsReader()) =>
  all(reader.read(source(typeof settings === 'string' ? settings : JSON.stringify(settings), { name: 'digits.json' })));

describe('digits', () => {
  it('count, size: so many square pictures, labelled, each digit about as often', async () => {
    const items = await digits({ digits: { count: 1000, size: 12, seed: 3 } });
    expect(items).toHaveLength(1000);
    const counts = new Map<unknown, number>();
    for (const { raw, given } of items) {
      expect(raw).toMatchObject({ width: 12, height: 12, channels: 1 });
      counts.set(given, (counts.get(given) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([...'0123456789']);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
  });

  it('seed: the same draws the same, also where it was kept; another draws others', async () => {
    const reader = new DigitsReader();
    const first = await digits({ digits: { count: 20, size: 16, seed: 1 } }, reader);
    expect(await digits({ digits: { count: 20, size: 16, seed: 1 } }, reader)).toEqual(first);
    expect(await digits({ digits: { count: 20, size: 16, seed: 1 } })).toEqual(first);
    expect((await digits({ digits: { count: 30, size: 16, seed: 1 } }, reader)).slice(0, 20)).toEqual(first);
    expect(await digits({ digits: { count: 20, size: 16, seed: 2 } })).not.toEqual(first);
  });

  it('can be told apart: the nearest of 500 others has the same label nine times in ten', async () => {
    const items = (await digits({ digits: { count: 700, size: 16, seed: 5 } })) as { raw: Image; given: string }[];
    const known = items.slice(200);
    const distance = (a: Image, b: Image): number => a.data.reduce((sum, value, at) => sum + (value - b.data[at]!) ** 2, 0);
    const right = items.slice(0, 200).filter(({ raw, given }) => {
      const distances = known.map((one) => distance(raw, one.raw));
      return known[distances.indexOf(Math.min(...distances))]!.given === given;
    });
    expect(right.length).toBeGreaterThan(180);
  });

  it.each([
    ['{', /it is not JSON/],
    [{}, /digits/],
    [{ digits: { count: 0 } }, /"count" is 0, not a whole number/],
    [{ digits: { count: 5, sise: 3 } }, /"sise" is unknown; known are count, size, seed/],
  ])('refuses %j', async (settings, message) => {
    await expect(digits(settings)).rejects.toMatchObject({ code: 'IMAGE_DIGITS', message: expect.stringMatching(message) });
  });
});
