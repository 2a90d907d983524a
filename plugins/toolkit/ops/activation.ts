import type { Float } from '../graph/emitter.ts';
import { apply1, type Node, type Op } from '../graph/node.ts';
import { add, exp, multiply, square, subtract } from './arithmetic.ts';
import { greater, heaviside, where } from './compare.ts';
import { unary } from './define.ts';

/** max(x, 0) */
export const relu = unary('Relu', (g, _, y) => multiply(g, heaviside(y)));

/** 1 / (1 + e⁻ˣ) */
export const sigmoid = unary('Sigmoid', (g, _, y) => multiply(g, multiply(y, subtract(1, y))));

/** The hyperbolic tangent. */
export const tanh = unary('Tanh', (g, _, y) => multiply(g, subtract(1, square(y))));

/** ln(1 + eˣ), without overflow. */
export const softplus = unary('Softplus', (g, x) => multiply(g, sigmoid(x)));

const sloped = (name: string, derivative: (g: Node, x: Node, y: Node, alpha: number) => Node): ((x: Node, alpha: number) => Node) => {
  const op: Op<{ readonly alpha: Float }> = {
    name,
    infer: ([x]) => [x],
    onnx: (emit, inputs, { attributes }) => emit.node(name, inputs, { ...attributes }),
    derivative: ({ inputs: [x], outputs: [y], attributes: { alpha } }, g) => [derivative(g, x, y, alpha.float)],
  };
  return (x, alpha) => apply1(op, [x], { alpha: { float: alpha } });
};

const leaky = sloped('LeakyRelu', (g, x, _, alpha) => multiply(g, add(multiply(heaviside(x), 1 - alpha), alpha)));
const elu_ = sloped('Elu', (g, x, y, alpha) => where(greater(x, 0), g, multiply(g, add(y, alpha))));

/** x above 0, else a small slope of it. */
export const leakyRelu = (x: Node, slope = 0.01): Node => leaky(x, slope);

/** x above 0, else α(eˣ − 1). Clevert, Unterthiner and Hochreiter (2016). */
export const elu = (x: Node, alpha = 1): Node => elu_(x, alpha);

const NORMAL_CDF: Op = {
  name: 'NormalCdf',
  infer: ([x]) => [x],
  onnx: (emit, [x], { outputs: [{ dtype }] }) => {
    const scaled = emit.node('Erf', [emit.node('Mul', [x, emit.scalar(Math.SQRT1_2, dtype)])]);
    // (1 + erf)/2 in one pass; elsewhere the form by which runtimes know the function
    if (emit.fused && dtype === 'float32') return emit.node('HardSigmoid', [scaled], { alpha: { float: 0.5 }, beta: { float: 0.5 } });
    return emit.node('Mul', [emit.node('Add', [scaled, emit.scalar(1, dtype)]), emit.scalar(0.5, dtype)]);
  },
  derivative: ({ inputs: [x] }, g) => [multiply(g, multiply(exp(multiply(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI)))],
};

/** Φ(x), the share of a normal distribution that lies below x. */
export const normalCdf = (x: Node): Node => apply1(NORMAL_CDF, [x], {});

const GELU: Op = {
  name: 'Gelu',
  infer: ([x]) => [x],
  onnx: (emit, [x], call) => emit.node('Mul', [x, NORMAL_CDF.onnx(emit, [x, x, x], call) as string]),
  // x·φ(x) = u·e^(−u² − ln √π) with the u = x/√2 that Φ is made of
  derivative: ({ inputs: [x] }, g) => {
    const u = multiply(x, Math.SQRT1_2);
    const pull = multiply(u, exp(subtract(-0.5 * Math.log(Math.PI), square(u))));
    return [multiply(g, add(normalCdf(x), pull))];
  },
};

/** x·Φ(x). Hendrycks and Gimpel (2016). */
export const gelu = (x: Node): Node => apply1(GELU, [x], {});

/** GELU with tanh in the place of Φ, as GPT-2 has it. */
export const geluTanh = (x: Node): Node => {
  const inner = multiply(multiply(x, add(multiply(square(x), 0.044715), 1)), Math.sqrt(2 / Math.PI));
  return multiply(multiply(x, add(tanh(inner), 1)), 0.5);
};

const SILU: Op = {
  name: 'Silu',
  infer: ([x]) => [x],
  onnx: (emit, [x]) => emit.node('Mul', [x, emit.node('Sigmoid', [x])]),
  derivative: ({ inputs: [x], outputs: [y] }, g) => {
    const share = sigmoid(x);
    return [multiply(g, add(share, multiply(y, subtract(1, share))))];
  },
};

/** x·σ(x), also called swish. */
export const silu = (x: Node): Node => apply1(SILU, [x], {});
