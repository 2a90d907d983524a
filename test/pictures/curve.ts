const [WIDTH, HEIGHT, MARGIN] = [640, 360, 48];
const COLOURS = ['#1f5fa8', '#c4552d', '#3c8d53'];

/** Lines over one axis as an SVG: a polyline each, with the ends of both axes and a legend. */
export const curve = (lines: Readonly<Record<string, readonly (readonly [x: number, y: number])[]>>, axis: string): string => {
  const points = Object.values(lines).flat();
  const most = (at: 0 | 1): number => points.reduce((highest, point) => Math.max(highest, point[at]), 0);
  const [right, top] = [most(0), most(1)];
  const x = (value: number): number => MARGIN + (value / right) * (WIDTH - 2 * MARGIN);
  const y = (value: number): number => HEIGHT - MARGIN - (value / top) * (HEIGHT - 2 * MARGIN);
  const text = (at: number, down: number, words: string, more = ''): string =>
    `<text x="${at.toFixed(1)}" y="${down.toFixed(1)}" ${more}>${words}</text>`;
  const drawn = Object.entries(lines).map(([name, line], at) => {
    const colour = COLOURS[at % COLOURS.length]!;
    const way = line.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(' ');
    return `<polyline points="${way}" fill="none" stroke="${colour}" stroke-width="1.5"/>${text(WIDTH - MARGIN, MARGIN + 16 * at, name, `fill="${colour}" text-anchor="end"`)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/><path d="M${MARGIN} ${MARGIN}V${HEIGHT - MARGIN}H${WIDTH - MARGIN}" fill="none" stroke="#888"/>`,
    text(MARGIN - 6, y(top) + 4, top.toFixed(0), 'text-anchor="end"'),
    text(MARGIN - 6, y(0) + 4, '0', 'text-anchor="end"'),
    text(x(right), HEIGHT - MARGIN + 18, `${right} ${axis}`, 'text-anchor="end"'),
    ...drawn,
    '</svg>\n',
  ].join('\n');
};
