import type { Tokens } from '../data/tokens.ts';
import type { Measures } from './evaluate.ts';

/** Looks into how a backend came to its rows: `orders` of an n-gram, `attention` of a transformer. What there is to see, the plugin says; a face frames it. */
export interface Inspector {
  /** By the name under which each is asked for. */
  readonly views: Readonly<Record<string, View>>;
}

/** One way to look at a row. */
export interface View {
  /** One line: what it shows. */
  readonly about: string;
  /** `row` is what the backend read and said, `start` and `stop` included; the first `given` of its tokens were not chosen by it. */
  look(row: Tokens, given: number, signal: AbortSignal): Inspection | Promise<Inspection>;
}

/** What is seen of a row. */
export interface Inspection {
  /** Of each token of the row what is to be said beside it; undefined where there is nothing to say. */
  readonly marks: readonly (Mark | undefined)[];
  /** How often something was the case, by its name; shares are made of counts, so that rows can be put together. */
  readonly counts: Measures;
  /** Tables, where the view has any. */
  readonly grids?: readonly Grid[];
}

/** A table of shades, each column a token of the row; what can be drawn. */
export interface Grid {
  readonly name: string;
  /** What its lines are; absent: the row's own tokens. */
  readonly lines?: readonly string[];
  /** From 0 to 1, line by line. */
  readonly shades: readonly ArrayLike<number>[];
  /** Ids that are written in the cells. */
  readonly ids?: readonly ArrayLike<number>[];
}

/** A word about one token. */
export interface Mark {
  readonly label: string;
  /** How strongly it is to be coloured, from 0 to 1. */
  readonly strength: number;
}
