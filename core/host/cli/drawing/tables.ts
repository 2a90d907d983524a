import type { Inspected } from '../../../index.ts';
import { escaped } from './escaped.ts';

const MARGIN = 16;
const FONT = 11;
const WIDE = 6.7; // of a character of that size

/** Tables as an SVG, one below another: shades as squares, tokens beside and above, words in the cells where there are any. */
export const draw = (pieces: readonly string[], tables: Inspected['tables']): string => {
  const parts: string[] = [];
  let [bottom, right] = [MARGIN, 0];
  for (const { name, lines, shades, words } of tables) {
    const columns = Math.max(...shades.map(({ length }) => length));
    const heads = pieces.slice(0, columns).map(visible);
    const cell = Math.max(FONT + 5, ...(words ?? []).flat().map((word) => widthOf(visible(word)) + 6));
    const left = MARGIN + Math.max(...lines.slice(0, shades.length).map((line) => widthOf(visible(line)))) + 6;
    const high = Math.max(...heads.map(widthOf));
    const top = bottom + FONT + 8 + high + 6;
    parts.push(text(MARGIN, bottom + FONT, name, 'font-weight="bold"'));
    heads.forEach((head, at) => {
      const x = left + (at + 0.5) * cell + FONT / 3;
      parts.push(text(x, top - 4, head, `transform="rotate(-90 ${x.toFixed(1)} ${(top - 4).toFixed(1)})"`));
    });
    shades.forEach((line, row) => {
      const y = top + row * HEIGHT;
      parts.push(text(left - 6, y + FONT + 1, visible(lines[row]!), 'text-anchor="end"'));
      for (const [column, shade] of Array.from(line).entries()) {
        const x = left + column * cell;
        parts.push(`<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${cell.toFixed(1)}" height="${HEIGHT}" fill="${inkOf(shade)}"/>`);
        const word = words?.[row]?.[column];
        if (word === undefined) continue;
        parts.push(text(x + cell / 2, y + FONT + 1, visible(word), `text-anchor="middle" fill="${shade > 0.55 ? '#fff' : '#000'}"`));
      }
    });
    bottom = top + shades.length * HEIGHT + MARGIN;
    right = Math.max(right, left + columns * cell, MARGIN + widthOf(name));
  }
  const [width, height] = [Math.ceil(right + MARGIN), Math.ceil(bottom)];
  const font = `font-family="monospace" font-size="${FONT}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ${font}>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...parts,
    '</svg>\n',
  ].join('\n');
};

const HEIGHT = FONT + 5;

const text = (x: number, y: number, words: string, more: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" xml:space="preserve" ${more}>${escaped(words)}</text>`;

const widthOf = (words: string): number => [...words].length * WIDE;

const visible = (piece: string): string => piece.replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll(' ', '·') || '∅';

/** From white to blue. */
const inkOf = (shade: number): string => {
  const at = Math.max(0, Math.min(1, shade));
  const channel = (end: number): string =>
    Math.round(255 + at * (end - 255))
      .toString(16)
      .padStart(2, '0');
  return `#${channel(20)}${channel(60)}${channel(140)}`;
};
