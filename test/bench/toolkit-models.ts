import type { Node } from '../../plugins/toolkit/graph/node.ts';
import * as t from '../../plugins/toolkit/index.ts';

/** A network to train, and a batch to train it on. */
export interface Bench {
  readonly name: string;
  /** Its name in toolkit-peer.py. */
  readonly peer: string;
  readonly plans: Readonly<Record<string, t.Plan>>;
  readonly feeds: Readonly<Record<string, Float32Array | Int32Array>>;
  readonly steps: number;
}

const cycle = (size: number, below: number): Int32Array => Int32Array.from({ length: size }, (_, at) => (at * 7919 + (at >> 3)) % below);
const levels = (size: number): Float32Array => Float32Array.from({ length: size }, (_, at) => ((at * 7919) % 97) / 97);

/** A character GPT: learned positions, pre-norm blocks, GELU, tied to nothing. */
export const gpt = (
  layers: number,
  width: number,
  heads: number,
  context: number,
  batch: number,
  steps: number,
  vocabulary = 65,
): Bench => {
  const tokens = t.input('tokens', [batch, context], 'int32');
  const targets = t.input('targets', [batch, context], 'int32');
  const table = t.embedding('token', vocabulary, width);
  const positions = t.learnedPositions('position', context, width);
  let x = t.add(table(tokens), positions(context));
  for (let layer = 0; layer < layers; layer++) {
    const name = `blocks.${layer}`;
    const look = t.attention(`${name}.attention`, width, { heads, causal: true });
    x = t.add(x, look(t.layerNormLayer(`${name}.norm1`, width)(x)));
    x = t.add(x, t.feedForward(`${name}.mlp`, width, 4 * width)(t.layerNormLayer(`${name}.norm2`, width)(x)));
  }
  const logits = t.linear('head', width, vocabulary, { bias: false })(t.layerNormLayer('norm', width)(x));
  const loss = t.mean(t.crossEntropy(logits, targets));
  const plans = { gpt: { loss, optimizer: t.adamW({ learningRate: 1e-3, weightDecay: 0.1 }), clip: { norm: 1 } } };
  return {
    name: `GPT ${layers}×${width}, context ${context}, batch ${batch}`,
    peer: layers > 4 ? 'gpt-large' : 'gpt-small',
    plans,
    feeds: { tokens: cycle(batch * context, vocabulary), targets: cycle(batch * context + 1, vocabulary).slice(1) },
    steps,
  };
};

/** A VAE of 784-400-20 on binary pictures. Kingma and Welling (2014). */
export const vae = (batch = 128, steps = 60): Bench => {
  const x = t.input('x', [batch, 784]);
  const hidden = t.relu(t.linear('encode', 784, 400)(x));
  const mean = t.linear('mean', 400, 20)(hidden);
  const logVariance = t.linear('variance', 400, 20)(hidden);
  const z = t.add(mean, t.multiply(t.noise('epsilon', [batch, 20]), t.exp(t.multiply(logVariance, 0.5))));
  const logits = t.linear('pixels', 400, 784)(t.relu(t.linear('decode', 20, 400)(z)));
  const loss = t.divide(t.add(t.sum(t.binaryCrossEntropy(logits, x)), t.sum(t.normalDivergence(mean, logVariance))), batch);
  return {
    name: `VAE 784-400-20, batch ${batch}`,
    peer: 'vae',
    plans: { vae: { loss, optimizer: t.adam({ learningRate: 1e-3 }) } },
    feeds: { x: levels(batch * 784) },
    steps,
  };
};

/** A DCGAN for 28×28: discriminator and generator in turn. Radford, Metz and Chintala (2016). */
export const dcgan = (batch = 64, steps = 12): Bench => {
  const real = t.input('real', [batch, 1, 28, 28]);
  const initial = t.normalInitial(0.02);
  const start = t.linear('g.start', 64, 128 * 7 * 7, { bias: false, initial });
  const [norm0, norm1] = [t.batchNormLayer('g.norm0', 128), t.batchNormLayer('g.norm1', 64)];
  const up1 = t.convTransposedLayer('g.up1', 128, 64, { size: [4, 4], stride: 2, padding: 1, bias: false, initial });
  const up2 = t.convTransposedLayer('g.up2', 64, 1, { size: [4, 4], stride: 2, padding: 1, initial });
  const down1 = t.convLayer('d.down1', 1, 64, { size: [4, 4], stride: 2, padding: 1, initial });
  const down2 = t.convLayer('d.down2', 64, 128, { size: [4, 4], stride: 2, padding: 1, bias: false, initial });
  const norm2 = t.batchNormLayer('d.norm2', 128);
  const verdict = t.linear('d.verdict', 128 * 7 * 7, 1, { initial });
  const generate = (z: Node, updates: t.Update[]): Node => {
    const seed = t.relu(norm0(t.reshape(start(z), [batch, 128, 7, 7]), { updates }));
    return t.tanh(up2(t.relu(norm1(up1(seed), { updates }))));
  };
  const judge = (x: Node, updates: t.Update[]): Node => {
    const features = t.leakyRelu(norm2(down2(t.leakyRelu(down1(x), 0.2)), { updates }), 0.2);
    return verdict(t.reshape(features, [batch, 128 * 7 * 7]));
  };
  const z = t.noise('z', [batch, 64]);
  const bce = (logits: Node, wanted: number): Node => t.mean(t.binaryCrossEntropy(logits, t.expandTo(t.constant(wanted), logits.shape)));
  const d: t.Update[] = [];
  const fake = t.stopGradient(generate(z, []));
  const dLoss = t.add(bce(judge(real, d), 1), bce(judge(fake, []), 0));
  const g: t.Update[] = [];
  const gLoss = bce(judge(generate(z, g), []), 1);
  const learned = (prefix: string, loss: Node): Node[] => t.parametersOf(loss).filter((node) => t.nameOf(node).startsWith(prefix));
  const optimizer = t.adam({ learningRate: 2e-4, betas: [0.5, 0.999] });
  return {
    name: `DCGAN 28×28, batch ${batch}, D and G`,
    peer: 'dcgan',
    plans: {
      d: { loss: dLoss, optimizer, parameters: learned('d.', dLoss), updates: d },
      g: { loss: gLoss, optimizer, parameters: learned('g.', gLoss), updates: g },
    },
    feeds: { real: levels(batch * 784) },
    steps,
  };
};

/** The benches of the toolkit, each built anew. */
export const benches: readonly (() => Bench)[] = [
  () => gpt(4, 128, 4, 64, 12, 20),
  () => gpt(6, 384, 6, 256, 8, 3),
  () => vae(),
  () => dcgan(),
];
