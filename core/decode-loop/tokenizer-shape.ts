import type { Tokens } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import { show } from '../settings/wording.ts';
import type { Detokenizer, Tokenizer } from '../stages/tokenize.ts';
import { strangerIn } from './stranger.ts';

const fault = (verb: string, name: string, what: string): Error => errors.WRONG_SHAPE(verb, name, what);

/** Throws WRONG_SHAPE where a tokenizer says of itself what cannot be; `least`: how many ids it must have. */
export const checkTokenizer = (tokenizer: Tokenizer, name: string, least: number): void => {
  const { vocabulary, fingerprint, prefix } = tokenizer;
  if (!Number.isInteger(vocabulary) || vocabulary < least)
    throw fault('tokenize', name, `its "vocabulary" is ${show(vocabulary)}, and must be a whole number of at least ${least}`);
  if (typeof fingerprint !== 'string') throw fault('tokenize', name, `its "fingerprint" is ${show(fingerprint)}, and must be a text`);
  for (const role of ['start', 'stop', 'mask', 'unknown'] as const) {
    const id = tokenizer[role];
    if (id !== undefined && !(Number.isInteger(id) && id >= 0 && id < vocabulary))
      throw fault('tokenize', name, `its "${role}" is ${show(id)}, and its ids go from 0 to ${vocabulary - 1}`);
  }
  if (prefix) for (const ids of [prefix.rows, prefix.prompts]) checkTokens('prefix', name, ids, vocabulary);
};

/** The ids that a tokenizer answers. Throws WRONG_SHAPE where they are none of its own. */
export const checkTokens = (verb: string, name: string, ids: Tokens, vocabulary: number): Tokens => {
  if (!(ids instanceof Int32Array)) throw fault(verb, name, `${show(ids)}, where an Int32Array of ids is due`);
  const strange = strangerIn(ids, vocabulary);
  if (strange !== undefined) throw fault(verb, name, `the id ${strange}, where its ids go from 0 to ${vocabulary - 1}`);
  return ids;
};

/** What ids spell. Throws WRONG_SHAPE where that is nothing. */
export const checkRaw = (verb: string, name: string, raw: unknown): unknown => {
  if (raw === undefined || raw instanceof Promise) throw fault(verb, name, `${show(raw)}, where what ids spell is due`);
  return raw;
};

/** What spells a growing row. Throws WRONG_SHAPE where it cannot. */
export const checkDetokenizer = (name: string, growing: Detokenizer): Detokenizer => {
  if (typeof growing?.push !== 'function' || typeof growing.end !== 'function')
    throw fault('detokenizer', name, `${show(growing)}, where { push, end } is due`);
  return growing;
};
