import type { Terminal } from '../../core/index.ts';
import { type Image, withChannels } from './image.ts';

/** How many rows of pictures are shown, and how many columns one may have. */
const ROWS = 2;
const WIDEST = 40;

/** Pictures as lines of a terminal, two pixels a character one above the other: its upper half is the foreground, its lower the background. */
export const halfBlocks = (images: readonly Image[], { columns, colours }: Terminal): string => {
  const widest = Math.max(1, Math.min(WIDEST, columns - 2));
  const small = images.map((image) => shrink(withChannels(image, 3), Math.ceil(image.width / widest)));
  const across = Math.max(1, Math.floor((columns - 1) / (Math.max(1, ...small.map(({ width }) => width)) + 1)));
  const lines: string[] = [];
  for (let begin = 0; begin < Math.min(small.length, ROWS * across); begin += across) {
    const row = small.slice(begin, begin + across);
    for (let y = 0; y < Math.max(...row.map(({ height }) => height)); y += 2)
      lines.push(` ${row.map((image) => lineOf(image, y, colours)).join(' ')}`);
    lines.push('');
  }
  return lines.join('\n');
};

const lineOf = ({ width, height, data }: Image, y: number, colours: boolean): string => {
  const at = (x: number, row: number): readonly number[] =>
    row < height ? [...data.subarray((row * width + x) * 3, (row * width + x) * 3 + 3)] : [0, 0, 0];
  const cells = Array.from({ length: width }, (_, x) => [at(x, y), at(x, y + 1)] as const);
  if (!colours) {
    const bright = (colour: readonly number[]): boolean => colour[0]! + colour[1]! + colour[2]! >= 384;
    return cells.map(([upper, lower]) => ' ▀▄█'[Number(bright(upper)) + 2 * Number(bright(lower))]).join('');
  }
  return `${cells.map(([upper, lower]) => `\x1b[38;2;${upper.join(';')};48;2;${lower.join(';')}m▀`).join('')}\x1b[0m`;
};

/** A coloured picture so many times smaller, each pixel the mean of those it stands for. */
const shrink = (image: Image, times: number): Image => {
  if (times <= 1) return image;
  const [width, height] = [Math.ceil(image.width / times), Math.ceil(image.height / times)];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        let [sum, count] = [0, 0];
        for (let v = y * times; v < Math.min(image.height, (y + 1) * times); v++)
          for (let u = x * times; u < Math.min(image.width, (x + 1) * times); u++, count++)
            sum += image.data[(v * image.width + u) * 3 + channel]!;
        data[(y * width + x) * 3 + channel] = Math.round(sum / count);
      }
  return { ...image, width, height, data };
};
