import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Node } from '../../../../plugins/toolkit/graph/node.ts';
import * as t from '../../../../plugins/toolkit/index.ts';

const RUNS = process.env.STAGEWRIGHT_DEEP ? 25 : 2;

interface Case {
  readonly f: (...inputs: Node[]) => Node;
  readonly shapes: readonly (readonly number[])[];
  readonly domain?: (x: number) => number;
}

type Dims = readonly [number, number, number];

/** Away from 0, where the function has a kink or a pole. */
const away = (x: number): number => x + Math.sign(x) * 0.3;
const positive = (x: number): number => Math.abs(x) + 0.4;
/** Numbers no two of which are close, so that no step of a finite difference changes which is the largest. */
const apart = (): ((x: number) => number) => {
  let at = 0;
  return (x) => x * 0.01 + ((at++ * 7) % 31) * 0.2;
};
const indices = (shape: readonly number[], below: number): Node =>
  t.constant(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 7 + 3) % below),
    shape,
    'int32',
  );

const elementwise =
  (f: (x: Node) => Node, domain?: (x: number) => number) =>
  (d: Dims): Case => ({ f, shapes: [[...d]], ...(domain && { domain }) });
const pair =
  (f: (a: Node, b: Node) => Node, domain?: (x: number) => number) =>
  ([a, b, c]: Dims): Case => ({
    f,
    shapes: [
      [a, b, c],
      [b, 1],
    ],
    ...(domain && { domain }),
  });

/** Operations whose kernels ONNX Runtime has in double precision. */
const DOUBLE: Record<string, (dims: Dims) => Case> = {
  add: pair(t.add),
  subtract: pair(t.subtract),
  multiply: pair(t.multiply),
  divide: pair(t.divide, positive),
  power: pair(t.power, positive),
  minimum: pair((a, b) => t.minimum(a, t.multiply(b, 3))),
  maximum: pair((a, b) => t.maximum(a, t.multiply(b, 3))),
  negate: elementwise(t.negate),
  exp: elementwise(t.exp),
  log: elementwise(t.log, positive),
  sqrt: elementwise(t.sqrt, positive),
  reciprocal: elementwise(t.reciprocal, away),
  square: elementwise(t.square),
  abs: elementwise(t.abs, away),
  sign: elementwise((x) => t.multiply(t.sign(x), x), away),
  sin: elementwise(t.sin),
  cos: elementwise(t.cos),
  clamp: elementwise((x) => t.clamp(x, -0.2, 0.2), away),
  relu: elementwise(t.relu, away),
  sigmoid: elementwise(t.sigmoid),
  tanh: elementwise(t.tanh),
  silu: elementwise(t.silu),
  geluTanh: elementwise(t.geluTanh),
  leakyRelu: elementwise((x) => t.leakyRelu(x, 0.2), away),
  where: pair((a, b) => t.where(t.greater(a, 0.1), t.square(a), t.exp(b)), away),
  sum: elementwise((x) => t.sum(t.square(x), { axes: [1] })),
  mean: elementwise((x) => t.mean(t.square(x), { axes: [0, -1], keep: true })),
  sumOfSquares: elementwise((x) => t.sumOfSquares(x, { axes: [2] })),
  variance: elementwise((x) => t.variance(x, { axes: [1] })),
  max: (d) => ({ f: (x) => t.square(t.max(x, { axes: [1] })), shapes: [[...d]], domain: apart() }),
  min: (d) => ({ f: (x) => t.square(t.min(x, { axes: [2] })), shapes: [[...d]], domain: apart() }),
  gemm: ([m, k, n]) => ({ f: (a, b, c) => t.gemm(a, b, c), shapes: [[m, k], [k, n], [n]] }),
  gemmTransposedA: ([m, k, n]) => ({
    f: (a, b) => t.gemm(a, b, undefined, true),
    shapes: [
      [k, m],
      [k, n],
    ],
  }),
  gemmTransposedB: ([m, k, n]) => ({
    f: (a, b) => t.gemm(a, b, undefined, false, true),
    shapes: [
      [m, k],
      [n, k],
    ],
  }),
  gemmTransposedBoth: ([m, k, n]) => ({
    f: (a, b) => t.gemm(a, b, undefined, true, true),
    shapes: [
      [k, m],
      [n, k],
    ],
  }),
  matmul: ([m, k, n]) => ({
    f: (a, b) => t.matmul(a, b),
    shapes: [
      [2, m, k],
      [2, k, n],
    ],
  }),
  matmulBroadcast: ([m, k, n]) => ({
    f: (a, b) => t.matmul(a, b),
    shapes: [
      [2, 3, m, k],
      [3, k, n],
    ],
  }),
  matmulTransposedA: ([m, k, n]) => ({
    f: (a, b) => t.matmul(a, b, true),
    shapes: [
      [2, k, m],
      [2, k, n],
    ],
  }),
  matmulTransposedB: ([m, k, n]) => ({
    f: (a, b) => t.matmul(a, b, false, true),
    shapes: [
      [2, m, k],
      [1, n, k],
    ],
  }),
  matmulTransposedBoth: ([m, k, n]) => ({
    f: (a, b) => t.matmul(a, b, true, true),
    shapes: [
      [3, k, m],
      [3, n, k],
    ],
  }),
  matmulRowsTransposed: ([m, k, n]) => ({
    f: (a, b) => t.matmul(a, b, false, true),
    shapes: [
      [2, m, k],
      [n, k],
    ],
  }),
  sumOfLeading: ([a, b, c]) => ({ f: (x, row) => t.square(t.add(x, row)), shapes: [[a, b, c], [c]] }),
  matmulRows: ([m, k, n]) => ({
    f: (a, b) => t.matmul(a, b),
    shapes: [
      [2, m, k],
      [k, n],
    ],
  }),
  affine: ([m, k, n]) => ({ f: t.affine, shapes: [[2, m, k], [k, n], [n]] }),
  reshape: elementwise((x) => t.square(t.reshape(x, [-1]))),
  transpose: elementwise((x) => t.square(t.transpose(x, [2, 0, 1]))),
  expandTo: ([a, b]) => ({ f: (x) => t.square(t.expandTo(x, [a, b, 3])), shapes: [[b, 1]] }),
  slice: ([a, b]) => ({ f: (x) => t.square(t.slice(x, 1, 1, -1)), shapes: [[a, b + 2]] }),
  sliceStep: ([a, b]) => ({ f: (x) => t.square(t.slice(x, 1, 1, b + 4, 2)), shapes: [[a, b + 4, 2]] }),
  pad: elementwise((x) =>
    t.square(
      t.pad(x, [
        [1, 0],
        [0, 2],
        [1, 1],
      ]),
    ),
  ),
  concat: pair((a, b) => t.square(t.concat([a, t.expandTo(b, a.shape), t.exp(a)], 1))),
  split: ([a, b, c]) => ({ f: (x) => t.multiply(...(t.split(x, 1, 2) as [Node, Node])), shapes: [[a, b * 2, c]] }),
  splitUneven: ([a, , c]) => ({ f: (x) => t.square(t.split(x, -1, [1, c])[1]!), shapes: [[a, c + 1]] }),
  gather: ([a, b]) => ({ f: (x) => t.square(t.gather(x, indices([3, 2], a))), shapes: [[a, b]] }),
  gatherLarge: ([, b]) => ({ f: (x) => t.square(t.gather(x, indices([3, 2], 600))), shapes: [[600, Math.min(b, 1)]] }),
  gatherElements: ([a, b]) => ({ f: (x) => t.square(t.gatherElements(x, indices([a, 2], b), 1)), shapes: [[a, b]] }),
  scatterAdd: ([a, b]) => ({
    f: (x, u) => t.square(t.scatterAdd(x, indices([a, 3], b), u, 1)),
    shapes: [
      [a, b],
      [a, 3],
    ],
  }),
  scatter: ([a, b, c]) => ({
    f: (x, u) =>
      t.square(
        t.scatter(
          x,
          t.constant(
            Array.from({ length: a * c }, (_, i) => b + (i % c)),
            [a, c],
            'int32',
          ),
          u,
          1,
        ),
      ),
    shapes: [
      [a, b + c],
      [a, c],
    ],
  }),
  topK: ([a, b, c]) => ({ f: (x) => t.square(t.topK(x, c)[0]), shapes: [[a, b, c + 2]], domain: apart() }),
  rotaryPlaced: ([a, b, c]) => ({
    f: (x) => t.rotary(x, { positions: indices([a, b], 9), frequencies: [1, 0.3] }),
    shapes: [[c, a, b, 4]],
  }),
  cumulativeSum: elementwise((x) => t.square(t.cumulativeSum(x, 1))),
  cumulativeSumReverse: elementwise((x) => t.square(t.cumulativeSum(x, -1, true))),
  softmax: elementwise((x) => t.softmax(x)),
  softmaxMiddle: elementwise((x) => t.softmax(x, 1)),
  logSoftmax: elementwise((x) => t.logSoftmax(x)),
  logSumExp: elementwise((x) => t.logSumExp(x, 1)),
  crossEntropy: ([a, b, c]) => ({ f: (x) => t.square(t.crossEntropy(x, indices([a, b], c + 1))), shapes: [[a, b, c + 1]] }),
  crossEntropySmooth: ([a, b, c]) => ({
    f: (x) => t.square(t.crossEntropy(x, indices([a, b], c + 1), { smoothing: 0.1 })),
    shapes: [[a, b, c + 1]],
  }),
  squaredError: ([a, b]) => ({
    f: t.squaredError,
    shapes: [
      [a, b],
      [a, b],
    ],
  }),
  absoluteError: ([a, b]) => ({ f: (x) => t.absoluteError(x, t.constant(0, [], x.dtype)), shapes: [[a, b]], domain: away }) as Case,
  maskedMean: ([a, b]) => ({
    f: (x) =>
      t.maskedMean(
        t.square(x),
        t.constant(
          Array.from({ length: a * b }, (_, i) => (i % 3 === 0 ? 1 : 0)),
          [a, b],
          'bool',
        ),
      ),
    shapes: [[a, b]],
  }),
  normalDivergence: ([a, b]) => ({
    f: t.normalDivergence,
    shapes: [
      [a, b],
      [a, b],
    ],
  }),
  standardise: ([a, b, c]) => ({
    f: (x) => t.multiply(...(t.standardise(x, [0, 2]).slice(0, 2) as [Node, Node])),
    shapes: [[a + 1, b, c + 1]],
  }),
  standardiseScale: ([a, b, c]) => ({
    f: (x) => t.add(t.standardise(x, [0, 2])[2], t.standardise(x, [0, 2])[1]),
    shapes: [[a + 1, b, c + 1]],
  }),
  layerNorm: ([a, b, c]) => ({ f: (x, s, h) => t.layerNorm(x, s, h), shapes: [[a, b, c + 3], [c + 3], [c + 3]] }),
  rmsNorm: ([a, b, c]) => ({ f: (x, s) => t.rmsNorm(x, s), shapes: [[a, b, c + 2], [c + 2]] }),
  groupNorm: ([a, b, c]) => ({ f: (x, s, h) => t.groupNorm(x, 2, s, h), shapes: [[a, 4, b + 2, c], [4], [4]] }),
  upsample: ([a, b, c]) => ({ f: (x) => t.square(t.upsample(x, 2)), shapes: [[a, 2, b, c]] }),
  upsampleLinear: ([a, b, c]) => ({ f: (x) => t.square(t.upsampleLinear(x, 2)), shapes: [[a, 2, b, c]] }),
  withGradient: elementwise((x) => t.withGradient(t.square(t.stopGradient(x)), x, (g) => t.multiply(g, t.multiply(x, 2)))),
  stopGradient: elementwise((x) => t.multiply(x, t.add(t.stopGradient(t.multiply(x, 0)), 2))),
};

/** Those whose kernels are of single precision only. */
const SINGLE: Record<string, (dims: Dims) => Case> = {
  erf: elementwise(t.erf),
  elu: elementwise((x) => t.elu(x, 1.3), away),
  softplus: elementwise(t.softplus),
  binaryCrossEntropy: ([a, b]) => ({
    f: (x, y) => t.binaryCrossEntropy(x, y),
    shapes: [
      [a, b],
      [a, b],
    ],
  }),
  gelu: elementwise(t.gelu),
  normalCdf: elementwise(t.normalCdf),
  conv: ([a, b, c]) => ({ f: (x, k, s) => t.conv(x, k, { stride: 2, padding: 1 }, s), shapes: [[a, 2, b + 3, c + 4], [3, 2, 3, 2], [3]] }),
  convGroups: ([a, b, c]) => ({
    f: (x, k) => t.conv(x, k, { groups: 2, dilation: 2, padding: [1, 2] }),
    shapes: [
      [a, 4, b + 3, c + 3],
      [6, 2, 2, 3],
    ],
  }),
  conv1d: ([a, b]) => ({
    f: (x, k) => t.conv(x, k, { stride: 3, dilation: 2 }),
    shapes: [
      [a, 2, b + 6],
      [3, 2, 3],
    ],
  }),
  convTransposed: ([a, b, c]) => ({
    f: (x, k, s) => t.convTransposed(x, k, { stride: 2, padding: 1, extra: 1 }, s),
    shapes: [[a, 3, b + 1, c + 1], [3, 2, 3, 3], [2]],
  }),
  convTransposedGroups: ([a, b]) => ({
    f: (x, k) => t.convTransposed(x, k, { stride: 2, groups: 2 }),
    shapes: [
      [a, 4, b + 1],
      [4, 3, 3],
    ],
  }),
  maxPool: ([a, b, c]) => ({ f: (x) => t.square(t.maxPool(x, { size: 2 })), shapes: [[a, 2, b + 2, c + 2]], domain: apart() }),
  maxPoolOverlap: ([a, b, c]) => ({
    f: (x) => t.square(t.maxPool(x, { size: 3, stride: 2, padding: 1 })),
    shapes: [[a, 1, b + 2, c + 2]],
    domain: apart(),
  }),
  averagePool: ([a, b, c]) => ({
    f: (x) => t.square(t.averagePool(x, { size: 3, stride: 2, padding: 1 })),
    shapes: [[a, 2, b + 2, c + 2]],
  }),
};

/** Layers, with respect to what goes in, at the weights that they begin with. */
const LAYERS: Record<string, (dims: Dims) => Case> = {
  linear: ([a, b, c]) => ({ f: (x) => t.tanh(t.linear('fc', c, b)(x)), shapes: [[a, c]] }),
  embeddingLogits: ([a, b, c]) => ({ f: (x) => t.square(t.embedding('token', b, c, t.normalInitial(1)).logits(x)), shapes: [[a, c]] }),
  attention: ([a, b]) => ({
    f: (x) => t.attention('look', 8, { heads: 2, kvHeads: 1, turn: (part) => t.rotary(part) })(x, t.causalMask(b)),
    shapes: [[a, b, 8]],
  }),
  attentionAlibi: ([a, b]) => ({ f: (x) => t.attention('look', 4, { heads: 2 })(x, t.alibi(2, b)), shapes: [[a, b, 4]] }),
  feedForward: ([a, b, c]) => ({ f: (x) => t.residual(t.feedForward('mlp', c, 2 * b))(x), shapes: [[a, b, c]] }),
  gatedFeedForward: ([a, b, c]) => ({ f: (x) => t.gatedFeedForward('mlp', c, 2 * b)(x), shapes: [[a, b, c]] }),
  layerNormLayer: ([a, b, c]) => ({ f: (x) => t.layerNormLayer('norm', c + 3)(x), shapes: [[a, b, c + 3]] }),
  rmsNormLayer: ([a, b, c]) => ({ f: (x) => t.rmsNormLayer('norm', c + 2)(x), shapes: [[a, b, c + 2]] }),
  groupNormLayer: ([a, b, c]) => ({ f: (x) => t.groupNormLayer('norm', 4, 2)(x), shapes: [[a, 4, b + 2, c]] }),
  batchNormLayer: ([a, b, c]) => ({ f: (x) => t.batchNormLayer('norm', b)(x, { updates: [] }), shapes: [[a + 2, b, c + 2]] }),
  batchNormServing: ([a, b, c]) => ({ f: (x) => t.square(t.batchNormLayer('norm', b)(x)), shapes: [[a, b, c]] }),
  convEncoder: ([a, b, c]) => ({
    f: (x) => t.convEncoder('in', { channels: [1, 2, 3], places: [b + 4, c + 4], activation: t.tanh })(x),
    shapes: [[a, 1, b + 4, c + 4]],
  }),
  convDecoder: ([a, b, c]) => {
    const stack: t.ConvStack = { channels: [1, 2, 2], places: [b + 4, c + 4], activation: t.tanh };
    return { f: (x) => t.square(t.convDecoder('out', stack)(x)), shapes: [[a, ...t.featureShape(stack)]] };
  },
};

const dims = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }));

const holds = (make: (dims: Dims) => Case, dtype: 'float32' | 'float64', bound: number): Promise<void> =>
  fc.assert(
    fc.asyncProperty(dims, fc.integer({ min: 0, max: 1e6 }), async (shape, seed) => {
      const { first, second } = await t.checkGradients({ ...make(shape), dtype, seed, second: true });
      expect(first, 'first derivative').toBeLessThan(bound);
      expect(second, 'second derivative').toBeLessThan(bound);
    }),
    { numRuns: RUNS },
  ) as Promise<void>;

describe('derivatives agree with finite differences in double precision', () => {
  for (const [name, make] of Object.entries(DOUBLE)) it(name, () => holds(make, 'float64', 1e-6));
});

describe('derivatives of layers agree with finite differences in single precision', () => {
  for (const [name, make] of Object.entries(LAYERS)) it(name, () => holds(make, 'float32', 1e-2));
});

describe('derivatives agree with finite differences in single precision', () => {
  for (const [name, make] of Object.entries(SINGLE)) it(name, () => holds(make, 'float32', 1e-2));
});
