import { adam, classifier, crossEntropy, input, mean, Network, type Node, reshape, Training } from '../../../plugins/toolkit/index.ts';
import type { Part } from './mnist.ts';

const SIZE = 784;
const BATCH = 64;

/** A classifier trained on real digits, grey from 0 to 1: pictures [n, 784] to the digits that it takes them for; close it. */
export const recogniser = async (part: Part, steps = 2500) => {
  const judge = classifier('digits', { stack: { channels: [1, 16, 32], places: [28, 28] }, classes: 10 });
  const logits = (x: Node): Node => judge(reshape(x, [x.shape[0]!, 1, 28, 28])).logits;
  const [x, y] = [input('x', [BATCH, SIZE]), input('y', [BATCH], 'int32')];
  const loss = mean(crossEntropy(logits(x), y));
  const training = await Training.start({ digits: { loss, optimizer: adam({ learningRate: 1e-3 }) } }, { device: 'cpu', seed: 1 });
  for (let step = 0; step < steps; step++) {
    const rows = Array.from({ length: BATCH }, (_, i) => ((step * BATCH + i) * 7919) % part.classes.length); // 7919 is prime: all rows in turn
    const pixels = new Float32Array(BATCH * SIZE);
    rows.forEach((row, i) => {
      for (let at = 0; at < SIZE; at++) pixels[i * SIZE + at] = part.pixels[row * SIZE + at]! / 255;
    });
    await training.step({ x: pixels, y: Int32Array.from(rows, (row) => part.classes[row]!) });
  }
  const network = await Network.open({ logits: logits(input('x', ['batch', SIZE])) }, { host: training.host });
  const recognise = async (pixels: Float32Array): Promise<number[]> => {
    const rows = pixels.length / SIZE;
    const scores = (await network.run({ x: { dims: [rows, SIZE], data: pixels } })).logits!.data as Float32Array;
    return Array.from({ length: rows }, (_, row) => {
      const own = scores.subarray(row * 10, (row + 1) * 10);
      return own.indexOf(Math.max(...own));
    });
  };
  return { recognise, [Symbol.asyncDispose]: () => training.close() };
};
