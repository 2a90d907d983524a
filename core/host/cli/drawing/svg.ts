import type { Arrow, Box, Diagram } from '../../../index.ts';

// in pixels
const WIDTH = 128;
const HEIGHT = 52;
const ACROSS = 216;
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

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);

/** As much of a text as so many pixels hold, at about half a letter's height each. */
const cut = (text: string, pixels: number, size: number): string => {
  const most = Math.max(3, Math.floor(pixels / (size * 0.56)));
  return escaped(text.length > most ? `${text.slice(0, most - 1)}…` : text);
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
    `  <text x="${middle}" y="${y(box) + 21}" font-size="11" fill="#667" text-anchor="middle">${cut(verb, WIDTH - 10, 11)}</text>`,
    `  <text x="${middle}" y="${y(box) + 39}" font-size="13" fill="#112" text-anchor="middle">${cut(title, WIDTH - 10, 13)}</text>`,
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
  [
    `  <path d="${d}" fill="none" stroke="#556" marker-end="url(#tip)"/>`,
    `  <text x="${at}" y="${over}" font-size="10" fill="#246" text-anchor="${anchor}">${cut(label, room, 10)}</text>`,
  ].join('\n');
