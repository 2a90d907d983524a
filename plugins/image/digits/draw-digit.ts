import { normal, type Random } from '../../../core/declaring.ts';
import type { Image } from '../image.ts';
import { DIGITS, type Stroke } from './strokes.ts';

/** How many straight pieces a curve has between two of its points. */
const PIECES = 6;

/** Draws one digit, white on black, `size` pixels a side: its points shaken, then turned, slanted, stretched and moved, with a pen of some width. */
export const drawDigit = (digit: number, size: number, random: Random): Image => {
  const ways = DIGITS[digit]!;
  const strokes = ways[Math.floor(random() * ways.length)]!;
  const [turn, slant] = [0.1 * normal(random), 0.16 * normal(random)];
  const [wide, high] = [0.72 + 0.2 * random(), 0.78 + 0.14 * random()];
  const [right, down] = [0.03 * normal(random), 0.02 * normal(random)];
  const radius = 0.035 + 0.045 * random();
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const place = ([x, y]: readonly [number, number]): [number, number] => {
    const [u, v] = [wide * (x - 0.5 + 0.018 * normal(random)), high * (y - 0.5 + 0.018 * normal(random))];
    const slanted = u - slant * v;
    return [0.5 + right + cos * slanted - sin * v, 0.5 + down + sin * slanted + cos * v];
  };
  const ink = new Float64Array(size * size);
  for (const { smooth, points } of strokes) {
    const shaken = points.map(place);
    const way = smooth ? flatten(shaken) : shaken;
    for (let at = 1; at < way.length; at++) pull(ink, size, way[at - 1]!, way[at]!, radius);
  }
  return { width: size, height: size, channels: 1, data: Uint8Array.from(ink, (share) => Math.round(255 * share)) };
};

type Point = readonly [number, number];

/** A curve through points (Catmull and Rom 1974) as straight pieces. */
const flatten = (points: Stroke['points']): Point[] => {
  const way: Point[] = [points[0]!];
  for (let at = 1; at < points.length; at++) {
    const [before, from, to, after] = [points[at - 2] ?? points[at - 1]!, points[at - 1]!, points[at]!, points[at + 1] ?? points[at]!];
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      const on = (axis: 0 | 1): number =>
        0.5 *
        (2 * from[axis] +
          t * (to[axis] - before[axis]) +
          t * t * (2 * before[axis] - 5 * from[axis] + 4 * to[axis] - after[axis]) +
          t * t * t * (3 * from[axis] - before[axis] - 3 * to[axis] + after[axis]));
      way.push([on(0), on(1)]);
    }
  }
  return way;
};

/** Pulls the pen from one point to another: a pixel gets the share of it that the pen covers, as far as its distance tells. */
const pull = (ink: Float64Array, size: number, [x, y]: Point, [toX, toY]: Point, radius: number): void => {
  const [dx, dy] = [toX - x, toY - y];
  const length = dx * dx + dy * dy;
  const reach = radius + 1 / size;
  const first = (a: number, b: number): number => Math.max(0, Math.floor((Math.min(a, b) - reach) * size));
  const last = (a: number, b: number): number => Math.min(size - 1, Math.ceil((Math.max(a, b) + reach) * size));
  for (let row = first(y, toY); row <= last(y, toY); row++)
    for (let column = first(x, toX); column <= last(x, toX); column++) {
      const [px, py] = [(column + 0.5) / size - x, (row + 0.5) / size - y];
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
      const distance = Math.sqrt((px - along * dx) ** 2 + (py - along * dy) ** 2);
      const share = Math.min(1, Math.max(0, (radius - distance) * size + 0.5));
      const at = row * size + column;
      if (share > ink[at]!) ink[at] = share;
    }
};
