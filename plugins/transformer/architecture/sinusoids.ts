/** Fixed vectors of sines and cosines in turn for each position, [positions, width]. Vaswani et al. (2017). */
export const sinusoids = (positions: number, width: number): Float32Array =>
  Float32Array.from({ length: positions * width }, (_, at) => {
    const [position, column] = [Math.floor(at / width), at % width];
    const angle = position / 10000 ** ((column - (column % 2)) / width);
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
