import { variable } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { divide, multiply, sqrt } from '../ops/arithmetic.ts';
import { stopGradient } from '../ops/flow.ts';
import { gemm } from '../ops/linear.ts';
import { sum, sumOfSquares } from '../ops/reduce.ts';
import { reshape } from '../ops/shape.ts';
import type { Phase } from './norm.ts';

const unit = (x: Node): Node => divide(x, sqrt(sumOfSquares(x)));

/**
 * A weight over its largest singular value, by one turn of the power iteration a step; `name.u` keeps the vector from step to step. Miyato et al. (2018).
 */
export const spectralNorm = (name: string, weight: Node, { updates }: Phase = {}): Node => {
  const rows = Number(weight.shape[0]);
  const matrix = reshape(weight, [rows, -1]);
  const left = variable(`${name}.u`, [1, rows], { draw: 'normal', deviation: 1 });
  const fixed = stopGradient(matrix);
  const right = stopGradient(unit(gemm(left, fixed)));
  const next = stopGradient(unit(gemm(right, fixed, undefined, false, true)));
  updates?.push({ variable: left, next });
  return divide(weight, sum(multiply(gemm(next, matrix), right)));
};
