import { errors } from '../errors.ts';
import { pairAt } from '../model/pair-table.ts';
import { type Trie, trie } from '../model/trie.ts';
import type { Normalizer } from '../normalize/rewriter.ts';
import { classOf, isPair, isSpace, WORD } from '../text/classes.ts';

/** A token that is found in the text before the model sees it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Only where no letter touches it. */
  readonly single_word: boolean;
  /** Takes the white space before it, after it; a token in the white space that one before it took is found nevertheless, as the Rust library finds it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  /** Found in the text as the normalizer leaves it. */
  readonly normalized: boolean;
  /** Means something to a model, not to a reader. */
  readonly special: boolean;
}

/** Which special tokens a text may hold; of all others, the letters are read as letters. */
export type Allow = 'none' | 'all' | readonly string[];

/** Finds added tokens; both kinds apart, as they are found at different times. */
export interface Finders {
  readonly raw: Stretches;
  readonly normalized: Stretches;
}

/** Tells stretches from left to right: those of an added token with its id, the others with -1. */
export type Stretches = (text: string, emit: (from: number, to: number, id: number) => void) => void;

/** The finders of the added tokens that `allow` lets be found; throws UNKNOWN_SPECIAL. */
export const findersOf = (added: readonly AddedToken[], allow: Allow, normalizer: Normalizer | undefined): Finders => {
  const names = new Set(added.filter(({ special }) => special).map(({ content }) => content));
  for (const name of typeof allow === 'string' ? [] : allow) if (!names.has(name)) throw errors.UNKNOWN_SPECIAL(name);
  const found = added.filter(({ special, content }) => !special || allow === 'all' || (allow !== 'none' && allow.includes(content)));
  return {
    raw: stretches(found.filter(({ normalized }) => !normalized)),
    normalized: stretches(
      found
        .filter(({ normalized }) => normalized)
        .map((token) => ({ ...token, content: normalizer?.apply(token.content) ?? token.content })),
    ),
  };
};

const stretches = (added: readonly AddedToken[]): Stretches => {
  const tokens = added.filter(({ content }) => content !== '');
  if (tokens.length === 0) return (text, emit) => emit(0, text.length, -1);
  const tree = trie((add) => {
    for (const [i, { content }] of tokens.entries()) add(content, i);
  });
  const first = new Uint8Array(0x10000);
  for (const { content } of tokens) first[content.charCodeAt(0)] = 1;
  return (text, emit) => {
    let done = 0;
    let room = 0; // where the white space ends that was last looked through
    for (let at = 0; at < text.length; ) {
      const found = first[text.charCodeAt(at)] === 1 ? longest(tree, text, at) : -1;
      if (found < 0) {
        at++;
        continue;
      }
      const token = tokens[found]!;
      let [from, to] = [at, at + token.content.length];
      at = to;
      if (token.single_word && (isWord(text, from - 1) || isWord(text, to))) continue;
      if (token.lstrip) {
        while (from > done && isSpace(text.charCodeAt(from - 1))) from--;
        from = Math.max(from, done);
      }
      if (token.rstrip) to = Math.max(to, (room = room > to ? room : afterSpace(text, to)));
      if (from >= to) continue;
      if (from > done) emit(done, from, -1);
      emit(from, to, token.id);
      done = to;
    }
    if (done < text.length || text === '') emit(done, text.length, -1);
  };
};

const afterSpace = (text: string, at: number): number => {
  let end = at;
  while (end < text.length && isSpace(text.charCodeAt(end))) end++;
  return end;
};

/** The longest token that begins at `at`; -1 where none does. */
const longest = (tree: Trie, text: string, at: number): number => {
  let found = -1;
  for (let node = 0, i = at; i < text.length; i++) {
    const place = pairAt(tree, node, text.charCodeAt(i));
    if (tree.slots[place] === -1) break;
    node = tree.slots[place + 2]!;
    if (tree.slots[place + 3]! >= 0) found = tree.slots[place + 3]!;
  }
  return found;
};

const isWord = (text: string, at: number): boolean => {
  if (at < 0 || at >= text.length) return false;
  const start = at > 0 && isPair(text, at - 1) ? at - 1 : at;
  return (classOf(text.codePointAt(start)!) & WORD) !== 0;
};
