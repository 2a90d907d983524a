import type { Static } from 'typebox';
import type { Batch, Row, Tokenizer, Tokens } from '../../core/index.ts';
import { errors } from './errors.ts';
import { networkOf, type VaeOptions } from './options.ts';

/** What rows are to the networks. */
export interface Layout {
  /** How many positions a row has. */
  readonly length: number;
  /** How many ids a position may have. */
  readonly levels: number;
  /** Height, width and channels of a picture. */
  readonly picture?: readonly [height: number, width: number, channels: number];
  /** The id that ends a row and fills what is left of it; absent: every row is full. */
  readonly stop?: number;
  /** Whether ids are levels in order, so that a position is one number from 0 to 1; else it is one-hot. */
  readonly ordered: boolean;
  /** What each position's likelihood is. `bernoulli`: one logit, of the second of two ids. */
  readonly likelihood: 'bernoulli' | 'categorical' | 'logistic';
  /** How many ids there are of what rows are conditioned on; 0: they are not. */
  readonly classes: number;
}

/** Numbers that go into a network at a position. */
export const inputsOf = ({ ordered, levels }: Layout): number => (ordered ? 1 : levels);

/** Numbers that come out at a position. */
export const outputsOf = ({ likelihood, levels }: Layout): number => ({ bernoulli: 1, categorical: levels, logistic: 2 })[likelihood];

/** The layout of a tokenizer's rows. Throws where settings do not fit it. */
export const layoutOf = (settings: Static<typeof VaeOptions>, { vocabulary, shape, start, stop, given }: Tokenizer): Layout => {
  const { length: asked, likelihood, conditional, corruption } = settings;
  const known = shape?.reduce((size, dim) => size * dim, 1);
  if (known !== undefined && asked !== undefined) throw errors.VAE_LENGTH_KNOWN(asked, known);
  const length = known ?? asked;
  if (length === undefined) throw errors.VAE_NO_LENGTH();
  const { use } = networkOf(settings);
  const [height, width, channels = 1] = shape ?? [];
  if (use === (shape ? 'conv1d' : 'conv')) throw errors.VAE_NETWORK(use, shape);
  const levels = start === vocabulary - 1 ? vocabulary - 1 : vocabulary; // no row that is read whole has a start
  const ordered = shape !== undefined || levels === 2;
  if (likelihood === 'logistic' && !ordered) throw errors.VAE_ORDERLESS('The likelihood "logistic"');
  if (corruption?.use === 'salt_and_pepper' && !ordered) throw errors.VAE_ORDERLESS('The corruption "salt_and_pepper"');
  return {
    length,
    levels,
    ...(height !== undefined && width !== undefined && { picture: [height, width, channels] }),
    ...(!shape && stop !== undefined && { stop }),
    ordered,
    likelihood: likelihood === 'categorical' && levels === 2 ? 'bernoulli' : likelihood,
    classes: conditional ? (given?.vocabulary ?? vocabulary) : 0,
  };
};

/** Rows as what the networks are fed. */
export interface Packed {
  /** [rows, length] */
  readonly ids: Int32Array;
  /** [rows, length]: 1 up to a row's end, 0 behind it. */
  readonly mask: Float32Array;
}

/** Rows side by side, each filled up with its stop. Throws where one does not fit. */
const pack = (rows: Batch<Tokens>, { length, levels, stop }: Layout): Packed => {
  const ids = new Int32Array(rows.length * length);
  const mask = new Float32Array(ids.length);
  rows.forEach((row, at) => {
    if (stop === undefined && row.length !== length) throw errors.VAE_ROW_LENGTH(row.length, length);
    if (row.length > length) throw errors.VAE_ROW_TOO_LONG(row.length, length);
    for (const id of row) if (!(id >= 0 && id < levels)) throw errors.VAE_ID(id, levels);
    const begin = at * length;
    ids.set(row, begin);
    mask.fill(1, begin, begin + row.length);
    if (stop !== undefined) ids.fill(stop, begin + row.length, begin + length);
  });
  return { ids, mask };
};

/** [rows, classes]: the share of each id among those that a row is given; one label is a 1 among zeros. Throws where a row is given none. */
export const packGiven = (given: Batch<Tokens | undefined>, { classes }: Layout): Float32Array => {
  const packed = new Float32Array(given.length * classes);
  if (classes === 0) return packed;
  given.forEach((ids, at) => {
    if (!ids || ids.length === 0) throw errors.VAE_NO_LABEL();
    for (const id of ids) {
      if (!(id >= 0 && id < classes)) throw errors.VAE_LABEL(id, classes);
      packed[at * classes + id]! += 1 / ids.length;
    }
  });
  return packed;
};

/** The two of a batch of rows, as feeds. */
export const feedsOf = (rows: Batch<Row>, layout: Layout) => ({
  ...pack(
    rows.map(({ tokens }) => tokens),
    layout,
  ),
  given: packGiven(
    rows.map(({ given }) => given),
    layout,
  ),
});
