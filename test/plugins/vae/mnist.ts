import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Batch, type Corpus, createRandom, type Row, type Tokenizer } from '../../../core/index.ts';
import { realData } from '../../real-data.ts';

const [images, labels] = [realData('mnist/train-images-idx3-ubyte.gz'), realData('mnist/train-labels-idx1-ubyte.gz')];

/** Whether MNIST is there, or why the tests on it are skipped. */
export const { absent, why } = images;

const HELD_OUT = 10_000;
const SIZE = 784;

/** Pictures of 28×28 with two levels, and their labels. */
export const binary = {
  vocabulary: 2,
  fingerprint: 'mnist, two levels',
  shape: [28, 28],
  given: { vocabulary: 10, fingerprint: 'digits' },
} as unknown as Tokenizer;

/** The 60,000 training pictures of MNIST, of which the last 10,000 are held out. */
export const readMnist = () => {
  const pixels = gunzipSync(readFileSync(images.path)).subarray(16);
  const classes = gunzipSync(readFileSync(labels.path)).subarray(8);
  const count = classes.length;
  const part = (begin: number, end: number) => ({
    pixels: pixels.subarray(begin * SIZE, end * SIZE),
    classes: classes.subarray(begin, end),
  });
  return { train: part(0, count - HELD_OUT), valid: part(count - HELD_OUT, count) };
};

/** Pictures and their labels. */
export type Part = ReturnType<typeof readMnist>['train'];

/** One picture with each pixel drawn black or white, as likely white as it is light; without luck, white from half the light on. */
const binarise = ({ pixels, classes }: Part, at: number, random?: () => number): Row => ({
  tokens: Int32Array.from(pixels.subarray(at * SIZE, (at + 1) * SIZE), (pixel) => Number(pixel / 255 > (random ? random() : 0.5))),
  given: Int32Array.of(classes[at]!),
});

/** Rows that are drawn anew at every pass (Salakhutdinov and Murray 2008), or by a threshold. */
export const corpusOf = (part: Part, seed: number, drawn = true): Corpus => {
  const rows = part.classes.length;
  return {
    rows,
    async *read({ batch, shuffle = false, skip = 0 }) {
      const luck = fast(seed * 1_000_003 + skip);
      let order: number[] = [];
      for (let at = skip * batch; shuffle || at < rows; at += batch) {
        const gathered: Row[] = [];
        for (let i = at; i < at + batch && (shuffle || i < rows); i++) {
          if (shuffle && (order.length === 0 || i % rows === 0)) order = shuffled(rows, seed + Math.floor(i / rows));
          gathered.push(binarise(part, shuffle ? order[i % rows]! : i, drawn ? luck : undefined));
        }
        yield gathered;
      }
    },
  };
};

/** Uniform in [0, 1), a hundred thousand a batch: Marsaglia's xorshift (2003) is enough for pixels. */
const fast = (seed: number): (() => number) => {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
};

const shuffled = (length: number, seed: number): number[] => {
  const random = createRandom(seed, 1);
  const order = Array.from({ length }, (_, at) => at);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};

/** Held-out rows, drawn once, or by a threshold. */
export const heldOut = (part: Part, drawn = true): Batch<Row> => {
  const luck = drawn ? createRandom(99) : undefined;
  return Array.from(part.classes, (_, at) => binarise(part, at, luck));
};
