import { constant } from '../graph/leaves.ts';
import { apply1, type Node, type Op } from '../graph/node.ts';
import { isStatic, type Shape } from '../graph/shape.ts';
import { add } from './arithmetic.ts';
import { broadcastOf } from './define.ts';
import { expandTo, reshape, swapOrder } from './shape.ts';

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
  onnx: (emit, [a, b, ...c], { attributes: { transposeA, transposeB } }) => {
    const turns = { ...(transposeA && { transA: 1 }), ...(transposeB && { transB: 1 }) };
    // the runtime lays a row beneath a product slower than it adds one to it
    if (emit.fused && c[0]) return emit.node('Add', [emit.node('Gemm', [a, b], turns), c[0]]);
    return emit.node('Gemm', [a, b, ...c], turns);
  },
  derivative: ({ inputs: [a, b, c], attributes: { transposeA, transposeB } }, g) => [
    transposeA ? gemm(b, g, undefined, transposeB, true) : gemm(g, b, undefined, false, !transposeB),
    transposeB ? gemm(g, a, undefined, true, transposeA) : gemm(a, g, undefined, !transposeA, false),
    c && columnSums(g),
  ],
};

/** a·b + c of matrices [m, k] and [k, n] and a row [n], each matrix as it stands or transposed. */
export const gemm = (a: Node, b: Node, c?: Node, transposeA = false, transposeB = false): Node =>
  apply1(GEMM, c ? [a, b, c] : [a, b], { transposeA, transposeB });

/** The sum over rows [rows, columns] as a product with ones: the fastest form of it there is. */
export const columnSums = (x: Node): Node => {
  const [rows, columns] = x.shape;
  return reshape(gemm(expandTo(constant(1, [], x.dtype), [1, rows!]), x), [columns!]);
};

const MATMUL: Op<Flags> = {
  name: 'MatMul',
  infer: ([a, b], { transposeA, transposeB }, refuse) => {
    if (a.shape.length < 2 || b.shape.length < 2) refuse('it multiplies matrices');
    if (a.dtype !== b.dtype) refuse('their element types differ; cast one');
    const [m, inner] = turned(a.shape.slice(-2), transposeA);
    const [length, n] = turned(b.shape.slice(-2), transposeB);
    if (inner !== length) refuse(`the inner lengths ${inner} and ${length} differ`);
    const outer = broadcastOf([a.shape.slice(0, -2), b.shape.slice(0, -2)], refuse);
    return [{ dtype: a.dtype, shape: [...outer, m!, n!] }];
  },
  onnx: (emit, [a, b], { inputs, attributes: { transposeA, transposeB } }) => {
    if (!transposeA && !transposeB) return emit.node('MatMul', [a, b]);
    if (emit.fused && inputs[0].dtype === 'float32')
      return emit.node('FusedMatMul', [a, b], { transA: Number(transposeA), transB: Number(transposeB) }, 'com.microsoft');
    const swapped = (value: string, { shape }: Node): string => emit.node('Transpose', [value], { perm: swapOrder(shape.length) });
    return emit.node('MatMul', [transposeA ? swapped(a, inputs[0]) : a, transposeB ? swapped(b, inputs[1]) : b]);
  },
  derivative: ({ inputs: [a, b], attributes: { transposeA, transposeB } }, g) => [
    transposeA ? matmul(b, g, transposeB, true) : matmul(g, b, false, !transposeB),
    transposeB ? matmul(g, a, true, transposeA) : matmul(a, g, !transposeA, false),
  ],
};

/** The product of matrices [..., m, k] and [..., k, n], each as it stands or transposed, batch by batch with broadcasting; rows against one matrix are one product. */
export const matmul = (a: Node, b: Node, transposeA = false, transposeB = false): Node => {
  if (transposeA || b.shape.length !== 2 || !isStatic(a.shape) || a.shape.length < 2)
    return apply1(MATMUL, [a, b], { transposeA, transposeB });
  return reshape(gemm(reshape(a, [-1, a.shape.at(-1)!]), b, undefined, false, transposeB), [
    ...a.shape.slice(0, -1),
    b.shape[transposeB ? 0 : 1]!,
  ]);
};

/** x·w + b: rows [..., in] through a matrix [in, out], and a bias [out] where there is one. */
export const affine = (x: Node, weight: Node, bias?: Node): Node => {
  if (!isStatic(x.shape)) return bias ? add(matmul(x, weight), bias) : matmul(x, weight);
  return reshape(gemm(reshape(x, [-1, x.shape.at(-1)!]), weight, bias), [...x.shape.slice(0, -1), weight.shape.at(-1)!]);
};
