import type { Initial } from '../graph/leaves.ts';

/** Numbers in and out of one unit: a matrix [in, out], or a kernel [out, in, ...window]. */
const fans = (shape: readonly number[]): readonly [number, number] => {
  const [first = 1, second = 1, ...window] = shape;
  const area = window.reduce((product, dim) => product * dim, 1);
  return shape.length > 2 ? [second * area, first * area] : [first, second];
};

/** From a normal distribution about 0. */
export const normalInitial = (deviation = 0.02): Initial => ({ draw: 'normal', deviation });

/** Uniform, so that the sizes of signals and gradients last. Glorot and Bengio (2010). */
export const xavier = (shape: readonly number[], gain = 1): Initial => {
  const [fanIn, fanOut] = fans(shape);
  return { draw: 'uniform', bound: gain * Math.sqrt(6 / (fanIn + fanOut)) };
};

/** Uniform, so that the size of signals lasts through relu. He et al. (2015). */
export const kaiming = (shape: readonly number[], gain = Math.SQRT2): Initial => ({
  draw: 'uniform',
  bound: gain * Math.sqrt(3 / fans(shape)[0]),
});

/** Orthogonal rows or columns. Saxe, McClelland and Ganguli (2014). */
export const orthogonal = (gain = 1): Initial => ({ draw: 'orthogonal', gain });
