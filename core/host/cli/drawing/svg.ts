import type { Arrow, Box, Diagram } from '../../../index.ts';
import { escaped } from './escaped.ts';

// in pixels
const WIDTH = 140;
const HEIGHT = 52;
const ACROSS = 248;
const DOWN = 132;
const LEFT = 24;
const TOP = 104;

/** A diagram as an SVG: the stages in a line, training and measures below it, what is read next going back above it. */
export const svg = ({ name, boxes, arrows }: Diagram): string => {
  const of = new Map(boxes.map((box) => [box.id, box]));
  const right = Math.max(...boxes.map(({ at }) => at[0]));
  const bottom = Math.max(...boxes.map(({ at }) => at[1]));
  const width = LEFT * 2 + right * ACROSS + WIDTH;
  const height = TOP + bottom * DOWN + HEIGHT + 48;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif">`,
    `  <title>${escaped(name)}</title>`,
    '  <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#556"/></marker></defs>',
    `  <rect width="${width}" height="${height}" fill="#fff"/>`,
    `  <text x="${LEFT}" y="28" font-size="16" font-weight="bold" fill="#223">${escaped(name)}</text>`,
    ...frame(boxes.filter(({ backend }) => backend)),
    ...arrows.map((arrow) => line(arrow, of.get(arrow.from)!, of.get(arrow.to)!)),
    ...boxes.map(square),
    '</svg>',
    '',
  ].join('\n');
};

const x = ({ at }: Box): number => LEFT + at[0] * ACROSS;
const y = ({ at }: Box): number => TOP + at[1] * DOWN;

/** A text in the largest letters, up to a size, in which so many pixels hold it; what the smallest cannot hold is cut. */
const fitted = (text: string, pixels: number, size: number): { readonly size: number; readonly text: string } => {
  const most = Math.floor(pixels / (SMALLEST * BROAD));
  const shown = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return { size: Math.min(size, Math.floor(pixels / (shown.length * BROAD))), text: escaped(shown) };
};

/** How broad a letter is at most on average, in its height, and how small letters may become. */
const BROAD = 0.58;
const SMALLEST = 8;

const words = (text: string, at: number, over: number, pixels: number, size: number, colour: string, anchor = 'middle'): string => {
  const fit = fitted(text, pixels, size);
  return `  <text x="${at}" y="${over}" font-size="${fit.size}" fill="${colour}" text-anchor="${anchor}">${fit.text}</text>`;
};

/** Round what belongs to the backend. */
const frame = (boxes: readonly Box[]): string[] => {
  if (boxes.length === 0) return [];
  const left = Math.min(...boxes.map(x)) - 14;
  const right = Math.max(...boxes.map(x)) + WIDTH + 14;
  const top = TOP - 22;
  return [
    `  <rect x="${left}" y="${top}" width="${right - left}" height="${HEIGHT + 36}" rx="10" fill="#f4f6fb" stroke="#b8c0d8" stroke-dasharray="5 4"/>`,
    `  <text x="${left + 8}" y="${top + HEIGHT + 31}" font-size="10" fill="#667">backend</text>`,
  ];
};

const square = (box: Box): string => {
  const middle = x(box) + WIDTH / 2;
  const { verb, title, backend } = box;
  return [
    `  <rect x="${x(box)}" y="${y(box)}" width="${WIDTH}" height="${HEIGHT}" rx="8" fill="${backend ? '#e3eafc' : '#fff'}" stroke="#445"/>`,
    words(verb, middle, y(box) + 21, WIDTH - 12, 11, '#667'),
    words(title, middle, y(box) + 39, WIDTH - 12, 13, '#112'),
  ].join('\n');
};

/** Straight to a neighbour, above the line back to an earlier stage, elsewhere along the columns and the gap between the rows. */
const line = ({ carries }: Arrow, from: Box, to: Box): string => {
  if (from.at[1] === to.at[1] && to.at[0] > from.at[0]) {
    const begin = x(from) + WIDTH;
    const end = x(to);
    return path(`M${begin} ${y(from) + HEIGHT / 2} H${end}`, carries, (begin + end) / 2, y(from) + HEIGHT / 2 - 6, end - begin - 6);
  }
  if (from.at[1] === to.at[1]) {
    const begin = x(from) + WIDTH / 2;
    const end = x(to) + WIDTH / 2;
    const above = TOP - 48;
    return path(`M${begin} ${y(from)} V${above} H${end} V${y(to)}`, carries, (begin + end) / 2, above - 6, begin - end);
  }
  const middle = x(from) + WIDTH / 2;
  if (to.at[1] < from.at[1]) return path(`M${middle} ${y(from)} V${y(to) + HEIGHT}`, carries, middle + 6, y(from) - 30, ACROSS, 'start');
  const side = to.at[0] >= from.at[0];
  const end = side ? x(to) : x(to) + WIDTH;
  const level = y(to) + HEIGHT / 2;
  return path(
    `M${middle} ${y(from) + HEIGHT} V${level} H${end}`,
    carries,
    side ? end - 8 : end + 8,
    level - 6,
    ACROSS,
    side ? 'end' : 'start',
  );
};

const path = (d: string, label: string, at: number, over: number, room: number, anchor = 'middle'): string =>
  [`  <path d="${d}" fill="none" stroke="#556" marker-end="url(#tip)"/>`, words(label, at, over, room, 10, '#246', anchor)].join('\n');
