import { type Batch, normal, type Random } from '../../../core/index.ts';
import { add, clamp, constant, less, multiply, type Node, noise, reshape, where } from '../../toolkit/index.ts';
import { inputsOf, type Layout } from '../layout.ts';
import type { Corruption } from '../options.ts';

/** What stands for rows, [n, length, inputs] with n a number, with this done to it by noise that is drawn when it runs. Vincent et al. (2008). */
export const corrupt = (x: Node, how: Corruption): Node => {
  const [rows, length, inputs] = x.shape as readonly number[];
  const places = [rows!, length!, 1];
  switch (how.use) {
    case 'gaussian': {
      const noisy = add(x, multiply(noise('corruption', [rows!, length!, inputs!]), how.deviation));
      return how.clip ? clamp(noisy, 0, 1) : noisy;
    }
    case 'masking':
      return multiply(x, noise('corruption', places, { keep: 1 - how.share }));
    case 'salt_and_pepper': {
      const luck = noise('corruption', places, 'uniform');
      const extreme = where(less(luck, how.share / 2), constant(0), constant(1));
      return where(less(luck, how.share), reshape(extreme, places), x);
    }
  }
};

/** The noise of such a graph over so many rows, drawn from each row's own luck; zeros for rows without. */
export const corruptionNoise = (how: Corruption, layout: Layout, lucks: Batch<Random>, rows: number): Float32Array => {
  const width = layout.length * (how.use === 'gaussian' ? inputsOf(layout) : 1);
  const drawn = new Float32Array(rows * width);
  const one = {
    gaussian: normal,
    masking: (random: Random) => Number(random() >= (how as Extract<Corruption, { use: 'masking' }>).share),
    salt_and_pepper: (random: Random) => random(),
  }[how.use];
  lucks.forEach((random, row) => {
    for (let at = row * width; at < (row + 1) * width; at++) drawn[at] = one(random);
  });
  return drawn;
};
