import {
  add,
  affine,
  argMax,
  attend,
  constant,
  crossEntropy,
  divide,
  dropout,
  equal,
  gather,
  gemm,
  input,
  layerNorm,
  max,
  mean,
  multiply,
  type Node,
  parameter,
  reshape,
  rmsNorm,
  softmax,
  sum,
  transpose,
  unsqueeze,
  where,
} from '../../toolkit/index.ts';
import { type Architecture, contextOf } from './architecture.ts';
import { forward, type Parts } from './forward.ts';
import { balanced, mixture, type Routing } from './mixture.ts';
import { parametersOf } from './parameters.ts';
import { rotaryTables, rotaryWidthOf, slopes } from './rope.ts';
import { rotate } from './rotary.ts';
import { sinusoids } from './sinusoids.ts';

/** Far below any score, and finite, so that a row that looks nowhere is no NaN. */
export const MASKED = -1e9;

/** How a batch is learned from: `batch` windows of `length` tokens, each of one or more pieces. */
export interface TrainingBatch {
  readonly batch: number;
  readonly length: number;
  /** How much of each target is spread over all ids. */
  readonly smoothing: number;
  /** What the share of each expert weighs in the loss. */
  readonly balance: number;
}

/** What of a batch the learning graph takes: where a token is in its piece matters to absolute positions alone. */
export const trainingFeeds = <B extends { readonly places: unknown }>(
  { positions }: Architecture,
  batch: B,
): Omit<B, 'places'> & Partial<B> => {
  const { places: _places, ...rest } = batch;
  return positions === 'learned' || positions === 'sinusoidal' ? batch : (rest as Omit<B, 'places'> & Partial<B>);
};

/** What is learned from a batch, fed with `ids`, `targets`, `places` (where in its piece a token is), `pieces` (which it belongs to) and `weights` (1 where a target counts). */
export const trainingGraph = (
  architecture: Architecture,
  { batch, length, smoothing, balance }: TrainingBatch,
): { readonly loss: Node; readonly metrics: Readonly<Record<string, Node>> } => {
  const [ids, targets, places, pieces] = ['ids', 'targets', 'places', 'pieces'].map((name) => input(name, [batch, length], 'int32')) as [
    Node,
    Node,
    Node,
    Node,
  ];
  const weights = input('weights', [batch, length]);
  const { vocabulary, experts } = architecture;
  const routings: Routing[] = [];
  const known = weightsOf(architecture);
  const hidden = forward(architecture, learningParts(architecture, { ...known, ids, places, pieces, routings }));
  const logits = headOf(architecture, known.weight, hidden);
  const counted = sum(weights);
  const average = (nats: Node): Node => divide(sum(multiply(reshape(nats, [batch, length]), weights)), counted);
  const plain = crossEntropy(reshape(logits, [batch, length, vocabulary]), targets);
  const nats = average(smoothing > 0 ? crossEntropy(reshape(logits, [batch, length, vocabulary]), targets, { smoothing }) : plain);
  if (!experts) return { loss: nats, metrics: smoothing > 0 ? { nats: average(plain) } : {} };
  const { loss, metrics } = balanced(routings, experts);
  return { loss: add(nats, multiply(loss, balance)), metrics: { nats: average(plain), ...metrics } };
};

/** What a row came through: how much each token looked at each before, the mean of all heads, `attention.0` [1, length, length] and so on, and which id each layer would have said, `said.0` [length], with which chance, `sure.0`, the embedding the first. */
export const inspectionGraph = (architecture: Architecture, length: number): Readonly<Record<string, Node>> => {
  const [ids, places, pieces] = ['ids', 'places', 'pieces'].map((name) => input(name, [1, length], 'int32')) as [Node, Node, Node];
  const known = weightsOf(architecture);
  const outputs: Record<string, Node> = {};
  const see = (layer: number, weights: Node): void => {
    outputs[`attention.${layer}`] = mean(weights, { axes: [1] });
  };
  const parts = learningParts({ ...architecture, dropout: 0 }, { ...known, ids, places, pieces, routings: [], see });
  const pass = (layer: number, x: Node): void => {
    const ready = architecture.placement === 'pre' ? parts.norm('norm', x) : x;
    const logits = headOf(architecture, known.weight, ready);
    outputs[`said.${layer}`] = argMax(logits, 1);
    outputs[`sure.${layer}`] = max(softmax(logits), { axes: [1] });
  };
  forward(architecture, { ...parts, pass });
  return outputs;
};

/** Every weight as a parameter, each made once. */
const weightsOf = (architecture: Architecture): Pick<Sources, 'weight' | 'known'> => {
  const known = parametersOf(architecture);
  const made = new Map<string, Node>();
  const weight = (name: string): Node => {
    const { shape, initial } = known.get(name)!;
    const node = made.get(name) ?? parameter(name, shape, initial);
    made.set(name, node);
    return node;
  };
  return { weight, known };
};

/** Logits [batch·positions, vocabulary] of hidden values. */
const headOf = ({ width, tied }: Architecture, weight: Sources['weight'], hidden: Node): Node => {
  const flat = reshape(hidden, [-1, width]);
  return tied ? gemm(flat, weight('embed.weight'), undefined, false, true) : gemm(flat, weight('head.weight'));
};

interface Sources {
  readonly weight: (name: string) => Node;
  readonly known: ReadonlyMap<string, unknown>;
  readonly ids: Node;
  readonly places: Node;
  readonly pieces: Node;
  /** Where each mixture says how its tokens went. */
  readonly routings: Routing[];
  /** Hears the weights of each layer's attention, [batch, heads, length, length]. */
  readonly see?: (layer: number, weights: Node) => void;
}

const learningParts = (architecture: Architecture, { weight, known, ids, places, pieces, routings, see }: Sources): Parts => {
  const { heads, kvHeads, headWidth, norm: kind, epsilon, positions, rope, width, dropout: share } = architecture;
  const [batch, length] = ids.shape as readonly [number, number];
  const normOf = (name: string, x: Node): Node =>
    kind === 'rms'
      ? rmsNorm(x, weight(`${name}.weight`), epsilon)
      : layerNorm(x, weight(`${name}.weight`), weight(`${name}.bias`), epsilon);
  const headed = (x: Node, count: number): Node => transpose(reshape(x, [batch, length, count, headWidth]), [0, 2, 1, 3]);
  const turned = rotaryWidthOf(architecture);
  const angles = rotaryTables(
    rope,
    turned,
    Array.from({ length }, (_, at) => at),
  ).map((values) => constant(values, [length, 1, turned / 2]));
  const mask = maskOf(architecture, pieces);
  return {
    embed: () => {
      const x = gather(weight('embed.weight'), ids);
      const drop = (sum: Node): Node => dropout('drop', sum, share);
      if (positions === 'learned') return drop(add(x, gather(weight('positions.weight'), places)));
      if (positions !== 'sinusoidal') return drop(x);
      const longest = contextOf(architecture)!;
      return drop(add(x, gather(constant(sinusoids(longest, width), [longest, width]), places)));
    },
    product: (name, x) => affine(x, weight(`${name}.weight`), known.has(`${name}.bias`) ? weight(`${name}.bias`) : undefined),
    norm: normOf,
    addNorm: (name, x, delta) => {
      const whole = add(x, delta);
      return [whole, normOf(name, whole)];
    },
    headNorm: (name, x, count) =>
      reshape(rmsNorm(reshape(x, [batch, length, count, headWidth]), weight(`${name}.weight`), epsilon), [
        batch,
        length,
        count * headWidth,
      ]),
    turn: (x, count) =>
      reshape(rotate(reshape(x, [batch, length, count, headWidth]), turned, angles as [Node, Node]), [batch, length, count * headWidth]),
    attend: (layer, q, k, v) => {
      const drop = (weights: Node, block: number): Node => {
        see?.(layer, weights);
        return dropout(`layers.${layer}.drop0${block === 0 ? '' : `.${block}`}`, weights, share);
      };
      const reach = see ? undefined : Math.min(architecture.window ?? length, length); // whoever sees the weights wants them whole
      const seen = attend(headed(q, heads), headed(k, kvHeads), headed(v, kvHeads), { mask, drop, reach });
      return reshape(transpose(seen, [0, 2, 1, 3]), [batch, length, heads * headWidth]);
    },
    mix: (layer, x) => {
      const { mixed, routing } = mixture(architecture, weight, layer, reshape(x, [batch * length, width]));
      routings.push(routing);
      return reshape(mixed, [batch, length, width]);
    },
    drop: (name, x) => dropout(name, x, share),
  };
};

/** 0 where a token may look: at itself and those before it in its piece, within the window; [batch, 1 or heads, length, length]. */
const maskOf = ({ heads, positions, window = Number.POSITIVE_INFINITY }: Architecture, pieces: Node): Node => {
  const length = Number(pieces.shape[1]);
  const distance = (at: number): number => Math.floor(at / length) - (at % length);
  const size = length * length;
  const causal = Float32Array.from({ length: size }, (_, at) => (distance(at) < 0 || distance(at) >= window ? MASKED : 0));
  const same = equal(unsqueeze(pieces, 1, 3), unsqueeze(pieces, 1, 2));
  const mask = where(same, constant(causal, [length, length]), MASKED);
  if (positions !== 'alibi') return mask;
  const rates = slopes(heads);
  const bias = Float32Array.from({ length: heads * size }, (_, at) => -rates[Math.floor(at / size)]! * Math.max(0, distance(at % size)));
  return add(mask, constant(bias, [heads, length, length]));
};
