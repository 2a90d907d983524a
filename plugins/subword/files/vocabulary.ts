import { errors } from '../errors.ts';
import { type Fields, shown } from '../fields.ts';

/** More ids than any tokenizer has. */
const MOST_IDS = 1 << 21;
/** Longer than any token. */
const LONGEST_TOKEN = 1 << 16;

/** Tokens by id, filled one by one; each fault of an entry is told. */
export class Entries {
  readonly tokens: (string | undefined)[] = [];
  readonly #ids = new Map<string, number>();
  readonly #place: string;

  constructor(place: string) {
    this.#place = place;
  }

  add(token: unknown, id: unknown): void {
    if (typeof token !== 'string') throw errors.BAD_FIELD(this.#place, 'texts of tokens', shown(token));
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0)
      throw errors.BAD_FIELD(`${this.#place}[${shown(token)}]`, 'an id from 0', shown(id));
    if (id >= MOST_IDS) throw errors.TOO_MANY(this.#place, id + 1, MOST_IDS);
    if (token.length > LONGEST_TOKEN) throw errors.TOO_MANY(`${this.#place}[${id}]`, token.length, LONGEST_TOKEN);
    const other = this.tokens[id];
    if (other !== undefined && other !== token) throw errors.DUPLICATE_ID(id, other.slice(0, 80), token.slice(0, 80));
    while (this.tokens.length < id) this.tokens.push(undefined);
    this.tokens[id] = token;
    this.#ids.set(token, id);
  }

  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /** The id of a token that `place` refers to; throws MISSING_ENTRY. */
  wanted(token: string, place: string): number {
    return this.#ids.get(token) ?? absent(place, token);
  }
}

const absent = (place: string, token: string): never => {
  throw errors.MISSING_ENTRY(place, token.slice(0, 80));
};

/** Reads `vocab`: an object of ids by token, or for Unigram a list of tokens with their scores. */
export const readVocabulary = (model: Fields): { readonly entries: Entries; readonly scores: readonly number[] } => {
  const entries = new Entries('model.vocab');
  const scores: number[] = [];
  const vocab = model.get('vocab');
  if (Array.isArray(vocab)) {
    vocab.forEach((item: unknown, id) => {
      const [token, score] = Array.isArray(item) ? item : [];
      if (typeof score !== 'number' || Number.isNaN(score))
        throw errors.BAD_FIELD(`model.vocab[${id}]`, 'a token and its score', shown(item));
      entries.add(token, id);
      scores.push(score);
    });
  } else for (const [token, id] of Object.entries(model.object('vocab') && (vocab as object))) entries.add(token, id);
  if (entries.tokens.length === 0) throw errors.BAD_FIELD('model.vocab', 'at least one token', 'none');
  return { entries, scores };
};
