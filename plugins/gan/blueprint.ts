import type { Tokenizer } from '../../core/index.ts';
import { errors } from './errors.ts';
import type { GanSettings } from './options.ts';

/** The most numbers that a row may be for its networks: a picture of 1024×1024 in three colours, or a text of 1024 positions and 3,000 ids. */
const MOST = 2 ** 22;

/** All that decides what the networks are: settings, and what the tokenizer says of its rows. */
export interface Blueprint {
  readonly settings: GanSettings;
  readonly network: 'dense' | 'dcgan' | 'text';
  /** [numbers], [height, width, channels] or [positions]. */
  readonly shape: readonly number[];
  /** How many tokens a row has. */
  readonly positions: number;
  /** Ids that rows are made of: all of the vocabulary for text, else the steps of a scale that come before the special ids. */
  readonly levels: number;
  /** Labels that a row may be given; 0: it is given none. */
  readonly classes: number;
  /** What ends a text, and fills it up behind its end. */
  readonly stop: number | undefined;
}

/** Settings and tokenizer as one. Throws GAN_SHAPE, GAN_TOO_LARGE or GAN_NO_CLASSES where they do not fit. */
export const blueprintOf = (settings: GanSettings, tokenizer: Tokenizer): Blueprint => {
  const { shape: told, vocabulary, start, stop, mask, unknown, given } = tokenizer;
  const network = settings.network !== 'auto' ? settings.network : !told ? 'text' : told.length > 1 ? 'dcgan' : 'dense';
  const found = told ? `of the shape [${told.join(', ')}]` : 'of different lengths';
  const classes = settings.condition === 'none' ? 0 : (given?.vocabulary ?? 0);
  if (settings.condition !== 'none' && classes === 0) throw errors.GAN_NO_CLASSES(settings.condition);
  const fits = (shape: readonly number[], levels: number, numbers: number): Blueprint => {
    if (numbers > MOST) throw errors.GAN_TOO_LARGE(numbers, MOST);
    return { settings, network, shape, positions: size(shape), levels, classes, stop: network === 'text' ? stop : undefined };
  };
  if (network === 'text') {
    const length = told ? size(told) : settings.length;
    if (!told && stop === undefined) throw errors.GAN_SHAPE('text', 'rows of one length, or an id that ends them', found);
    return fits([length], vocabulary, length * vocabulary);
  }
  const levels = Math.min(vocabulary, start ?? vocabulary, stop ?? vocabulary, mask ?? vocabulary, unknown ?? vocabulary);
  if (!told) throw errors.GAN_SHAPE(network, 'rows of one length', found);
  if (network === 'dense') return fits([size(told)], levels, size(told));
  const [height = 0, width = 0, channels = 1] = told;
  const step = 2 ** settings.depth; // each layer halves
  if (told.length < 2 || told.length > 3 || height < step || width < step)
    throw errors.GAN_SHAPE('dcgan', `pictures at least ${step} high and wide (2 to the power of "depth")`, found);
  return fits([height, width, channels], levels, size(told));
};

const size = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
