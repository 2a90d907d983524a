import { apply, apply1, type Node, type Op } from '../graph/node.ts';
import { sigmoid } from './activation.ts';
import { abs, add, divide, exp, multiply, negate, square, subtract } from './arithmetic.ts';
import { cast } from './compare.ts';
import { oneHot } from './gather.ts';
import { sum } from './reduce.ts';
import { unsqueeze } from './shape.ts';

const CROSS_ENTROPY: Op<{ readonly smoothing: number }> = {
  name: 'CrossEntropy',
  infer: ([logits, targets], _, refuse) => {
    if (targets.dtype !== 'int32' && targets.dtype !== 'int64') refuse('the targets must be int32 or int64');
    if (logits.shape.slice(0, -1).join() !== targets.shape.join()) refuse('each row of logits needs one target');
    const { dtype, shape } = logits;
    return [
      { dtype, shape: targets.shape },
      { dtype, shape: [...shape.slice(0, -1), 1] },
    ];
  },
  onnx: (emit, [logits, targets], { attributes: { smoothing }, outputs: [{ dtype }] }) => {
    const last = emit.ints([-1]);
    const most = emit.node('ReduceMax', [logits], { axes: [-1], keepdims: 1 });
    const terms = emit.node('Exp', [emit.node('Sub', [logits, most])]);
    const normaliser = emit.node('Add', [emit.node('Log', [emit.node('ReduceSum', [terms, last], { keepdims: 1 })]), most]);
    const hit = emit.node('GatherElements', [logits, emit.node('Unsqueeze', [targets, last])], { axis: -1 });
    const loss = emit.node('Sub', [normaliser, hit]);
    if (smoothing === 0) return [emit.node('Squeeze', [loss, last]), normaliser];
    // (1 − s)(z − x[target]) + s(z − mean x) = z − x[target] + s(x[target] − mean x)
    const excess = emit.node('Sub', [hit, emit.node('ReduceMean', [logits], { axes: [-1], keepdims: 1 })]);
    const smoothed = emit.node('Add', [loss, emit.node('Mul', [excess, emit.scalar(smoothing, dtype)])]);
    return [emit.node('Squeeze', [smoothed, last]), normaliser];
  },
  derivative: ({ inputs: [logits, targets], outputs: [, normaliser], attributes: { smoothing } }, g, gNormaliser) => {
    const depth = Number(logits.shape.at(-1));
    const hit = oneHot(targets, depth, logits.dtype);
    const wanted = smoothing === 0 ? hit : add(multiply(hit, 1 - smoothing), smoothing / depth);
    const predicted = exp(subtract(logits, normaliser));
    const parts = [
      ...(g ? [multiply(subtract(predicted, wanted), unsqueeze(g, -1))] : []),
      ...(gNormaliser ? [multiply(predicted, gNormaliser)] : []),
    ];
    return [parts.reduce((a, b) => add(a, b)), undefined];
  },
};

/** −ln softmax(logits)[target] of each row [..., classes], the target mixed with the uniform distribution by `smoothing`. Szegedy et al. (2016). */
export const crossEntropy = (logits: Node, targets: Node, { smoothing = 0 } = {}): Node =>
  apply(CROSS_ENTROPY, [logits, targets], { smoothing })[0]!;

const BINARY_CROSS_ENTROPY: Op = {
  name: 'BinaryCrossEntropy',
  infer: ([logits, targets], _, refuse) => {
    if (logits.shape.join() !== targets.shape.join() || logits.dtype !== targets.dtype) refuse('each logit needs one target of its type');
    return [logits];
  },
  // max(x, 0) + ln(1 + e^−|x|) − x·t: softplus in steps, each of which runs on vectors
  onnx: (emit, [x, t], { inputs: [{ dtype }] }) => {
    const small = emit.node('Exp', [emit.node('Neg', [emit.node('Abs', [x])])]);
    const bent = emit.node('Add', [emit.node('Relu', [x]), emit.node('Log', [emit.node('Add', [small, emit.scalar(1, dtype)])])]);
    return emit.node('Sub', [bent, emit.node('Mul', [x, t])]);
  },
  derivative: ({ inputs: [x, t] }, g) => [multiply(g, subtract(sigmoid(x), t)), negate(multiply(g, x))],
};

/** −t ln σ(x) − (1 − t) ln(1 − σ(x)), element by element, from the logit x; t in [0, 1]. */
export const binaryCrossEntropy = (logits: Node, targets: Node): Node => apply1(BINARY_CROSS_ENTROPY, [logits, targets], {});

/** (a − b)², element by element. */
export const squaredError = (a: Node, b: Node): Node => square(subtract(a, b));

/** |a − b|, element by element. */
export const absoluteError = (a: Node, b: Node): Node => abs(subtract(a, b));

/** The mean over the elements that a mask of true and false, or of weights, keeps. */
export const maskedMean = (x: Node, mask: Node): Node => {
  const weights = cast(mask, x.dtype);
  return divide(sum(multiply(x, weights)), sum(weights));
};

/** The divergence of a diagonal normal distribution from the standard one, element by element, in nats. Kingma and Welling (2014). */
export const normalDivergence = (mean: Node, logVariance: Node): Node =>
  multiply(subtract(add(square(mean), exp(logVariance)), add(logVariance, 1)), 0.5);
