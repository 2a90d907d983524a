import { EMPTY, type Tokens } from '../data/tokens.ts';
import type { Tokenizer } from '../stages/tokenize.ts';

/** What of a tokenizer says how rows begin. */
export type Beginning = Pick<Tokenizer, 'start' | 'prefix'>;

const startOf = ({ start }: Beginning): Tokens => (start === undefined ? EMPTY : Int32Array.of(start));

/** What rows begin with that are priced or learned from. */
export const beforeRows = (tokenizer: Beginning): Tokens => tokenizer.prefix?.rows ?? startOf(tokenizer);

/** What prompts begin with. */
export const beforePrompts = (tokenizer: Beginning): Tokens => tokenizer.prefix?.prompts ?? startOf(tokenizer);

/** What rows and prompts alike begin with where a model is trained here: a prompt has to begin as what was learned did. */
export const beforeTrained = (tokenizer: Beginning): Tokens => {
  const rows = beforeRows(tokenizer);
  return rows.length > 0 ? rows : startOf(tokenizer);
};

/** The tokenizer of a model that was trained here. */
export const trainedWith = (tokenizer: Tokenizer): Tokenizer => {
  const before = beforeTrained(tokenizer);
  return tokenizer.prefix ? { ...tokenizer, prefix: { rows: before, prompts: before } } : tokenizer;
};

/** A tokenizer as a backend sees it that predicts whole rows: nothing is read before a row, so that it has no beginning. */
export const withoutStart = ({ start: _, prefix: __, ...tokenizer }: Tokenizer): Tokenizer => tokenizer;
