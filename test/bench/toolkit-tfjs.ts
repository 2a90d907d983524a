import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

const weight = (...shape: number[]): tf.Variable => tf.variable(tf.randomNormal(shape, 0, 0.02));
const row = (width: number, fill = 0): tf.Variable => tf.variable(tf.fill([width], fill));

const vae = (): (() => tf.Scalar) => {
  const [w1, wm, wv, w2, w3] = [weight(784, 400), weight(400, 20), weight(400, 20), weight(20, 400), weight(400, 784)];
  const [b1, bm, bv, b2, b3] = [row(400), row(20), row(20), row(400), row(784)];
  const x = tf.randomUniform([128, 784]) as tf.Tensor2D;
  return () => {
    const h = tf.relu(x.matMul(w1 as unknown as tf.Tensor2D).add(b1));
    const [m, v] = [h.matMul(wm as unknown as tf.Tensor2D).add(bm), h.matMul(wv as unknown as tf.Tensor2D).add(bv)];
    const z = m.add(tf.randomNormal([128, 20]).mul(v.mul(0.5).exp()));
    const y = tf
      .relu(z.matMul(w2 as unknown as tf.Tensor2D).add(b2))
      .matMul(w3 as unknown as tf.Tensor2D)
      .add(b3);
    // max(y, 0) − y·x + ln(1 + e^−|y|)
    const price = tf.relu(y).sub(y.mul(x)).add(y.abs().neg().exp().add(1).log()).sum();
    const divergence = m.square().add(v.exp()).sub(v).sub(1).mul(0.5).sum();
    return price.add(divergence).div(128) as tf.Scalar;
  };
};

const gpt = (layers: number, width: number, heads: number, context: number, batch: number, vocabulary = 65): (() => tf.Scalar) => {
  const rows = batch * context;
  const each = width / heads;
  const norm = (x: tf.Tensor, [scale, shift]: readonly [tf.Variable, tf.Variable]): tf.Tensor => {
    const centred = x.sub(x.mean(-1, true));
    return centred.div(centred.square().mean(-1, true).add(1e-5).sqrt()).mul(scale).add(shift);
  };
  const pair = (): readonly [tf.Variable, tf.Variable] => [row(width, 1), row(width)];
  const gelu = (x: tf.Tensor): tf.Tensor => x.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5));
  const times = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D);
  const blocks = Array.from({ length: layers }, () => ({
    norm1: pair(),
    norm2: pair(),
    q: weight(width, width),
    k: weight(width, width),
    v: weight(width, width),
    out: weight(width, width),
    up: weight(width, 4 * width),
    down: weight(4 * width, width),
    biases: [row(width), row(width), row(width), row(width), row(4 * width), row(width)] as const,
  }));
  const [table, positions, head, last] = [weight(vocabulary, width), weight(context, width), weight(width, vocabulary), pair()];
  const mask = tf.buffer([context, context]);
  for (let q = 0; q < context; q++) for (let k = q + 1; k < context; k++) mask.set(-1e9, q, k);
  const bars = mask.toTensor();
  const ids = tf.randomUniformInt([rows], 0, vocabulary);
  const [hot, wanted] = [
    tf.oneHot(ids, vocabulary).cast('float32'),
    tf.oneHot(tf.randomUniformInt([rows], 0, vocabulary), vocabulary).cast('float32'),
  ];
  return () => {
    let x = times(hot, table).reshape([batch, context, width]).add(positions).reshape([rows, width]);
    for (const { norm1, norm2, q, k, v, out, up, down, biases } of blocks) {
      const seen = norm(x, norm1);
      const heads_ = (w: tf.Tensor, b: tf.Tensor): tf.Tensor =>
        times(seen, w).add(b).reshape([batch, context, heads, each]).transpose([0, 2, 1, 3]);
      const [qs, ks, vs] = [heads_(q, biases[0]), heads_(k, biases[1]), heads_(v, biases[2])];
      const weights = tf.softmax(tf.matMul(qs.mul(each ** -0.5), ks, false, true).add(bars));
      const mixed = tf.matMul(weights, vs).transpose([0, 2, 1, 3]).reshape([rows, width]);
      x = x.add(times(mixed, out).add(biases[3]));
      x = x.add(times(gelu(times(norm(x, norm2), up).add(biases[4])), down).add(biases[5]));
    }
    return wanted
      .mul(tf.logSoftmax(times(norm(x, last), head)))
      .sum(-1)
      .mean()
      .neg() as tf.Scalar;
  };
};

/** Milliseconds a step of the GPT or the VAE of toolkit-models.ts in TensorFlow.js on WebAssembly, the median. */
export const tfjsStep = async (bench: 'vae' | 'gpt', steps: number): Promise<number> => {
  setWasmPaths(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm')).pathname);
  setThreadsCount(2);
  await tf.setBackend('wasm');
  const loss = bench === 'vae' ? vae() : gpt(4, 128, 4, 64, 12);
  const optimizer = tf.train.adam(1e-3);
  const times: number[] = [];
  for (let step = -1; step < steps; step++) {
    const began = performance.now();
    const price = optimizer.minimize(loss, true)!;
    price.dataSync();
    price.dispose();
    if (step >= 0) times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
};
