import { constant } from '../graph/leaves.ts';
import { apply1, type Node, type Op } from '../graph/node.ts';
import { isStatic, type Shape } from '../graph/shape.ts';
import { add } from './arithmetic.ts';
import { broadcastOf } from './define.ts';
import { reshape, swap } from './shape.ts';

interface Flags {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const turned = ([rows, columns]: Shape, transposed: boolean): Shape => (transposed ? [columns!, rows!] : [rows!, columns!]);

const GEMM: Op<Flags> = {
  name: 'Gemm',
  infer: ([a, b, c], { transposeA, transposeB }, refuse) => {
    if (a.shape.length !== 2 || b.shape.length !== 2) refuse('it multiplies two matrices');
    if (a.dtype !== b.dtype || (c && c.dtype !== a.dtype)) refuse('their element types differ; cast one');
    const [m, inner] = turned(a.shape, transposeA);
    const [length, n] = turned(b.shape, transposeB);
    if (inner !== length) refuse(`the inner lengths ${inner} and ${length} differ`);
    if (c && c.shape.join() !== String(n)) refuse(`the third must be [${n}]`);
    return [{ dtype: a.dtype, shape: [m!, n!] }];
  },
  onnx: (emit, inputs, { attributes: { transposeA, transposeB } }) =>
    emit.node('Gemm', inputs, { ...(transposeA && { transA: 1 }), ...(transposeB && { transB: 1 }) }),
  derivative: ({ inputs: [a, b, c], attributes: { transposeA, transposeB } }, g) => [
    transposeA ? gemm(b, g, undefined, transposeB, true) : gemm(g, b, undefined, false, !transposeB),
    transposeB ? gemm(g, a, undefined, true, transposeA) : gemm(a, g, undefined, !transposeA, false),
    c && columnSums(g),
  ],
};

/** a·b + c of matrices [m, k] and [k, n] and a row [n], each matrix as it stands or transposed. */
export const gemm = (a: Node, b: Node, c?: Node, transposeA = false, transposeB = false): Node =>
  apply1(GEMM, c ? [a, b, c] : [a, b], { transposeA, transposeB });

/** The sum over rows as a product with ones: the fastest form of it there is. */
const columnSums = (x: Node): Node => {
  const [rows, columns] = x.shape;
  const ones = constant(new Array<number>(Number(rows)).fill(1), [1, Number(rows)], x.dtype);
  return reshape(gemm(ones, x), [columns!]);
};

const MATMUL: Op = {
  name: 'MatMul',
  infer: ([a, b], _, refuse) => {
    if (a.shape.length < 2 || b.shape.length < 2) refuse('it multiplies matrices');
    if (a.dtype !== b.dtype) refuse('their element types differ; cast one');
    const [inner, length] = [a.shape.at(-1), b.shape.at(-2)];
    if (inner !== length) refuse(`the inner lengths ${inner} and ${length} differ`);
    const outer = broadcastOf([a.shape.slice(0, -2), b.shape.slice(0, -2)], refuse);
    return [{ dtype: a.dtype, shape: [...outer, a.shape.at(-2)!, b.shape.at(-1)!] }];
  },
  onnx: (emit, inputs) => emit.node('MatMul', inputs),
  derivative: ({ inputs: [a, b] }, g) => [matmul(g, swap(b)), matmul(swap(a), g)],
};

/** The product of matrices [..., m, k] and [..., k, n], batch by batch with broadcasting; rows against one matrix are one product. */
export const matmul = (a: Node, b: Node): Node => {
  if (b.shape.length !== 2 || !isStatic(a.shape) || a.shape.length < 2) return apply1(MATMUL, [a, b], {});
  return reshape(gemm(reshape(a, [-1, a.shape.at(-1)!]), b), [...a.shape.slice(0, -1), b.shape[1]!]);
};

/** x·w + b: rows [..., in] through a matrix [in, out], and a bias [out] where there is one. */
export const affine = (x: Node, weight: Node, bias?: Node): Node => {
  if (!isStatic(x.shape)) return bias ? add(matmul(x, weight), bias) : matmul(x, weight);
  return reshape(gemm(reshape(x, [-1, x.shape.at(-1)!]), weight, bias), [...x.shape.slice(0, -1), weight.shape.at(-1)!]);
};
