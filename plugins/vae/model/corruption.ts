import { add, clamp, constant, less, multiply, type Node, noise, reshape, where } from '../../toolkit/index.ts';
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
