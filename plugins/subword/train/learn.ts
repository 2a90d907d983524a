import { errors } from '../errors.ts';
import type { Config, Spec } from '../files/spec.ts';
import { byteToken } from '../model/bpe.ts';
import { byteLetters, toByteLetters } from '../text/byte-letters.ts';
import { after } from '../text/classes.ts';
import { Lattice } from './lattice.ts';
import { learnMerges } from './learn-merges.ts';
import { learnUnigram } from './learn-unigram.ts';
import type { Pieces } from './piece-counts.ts';
import type { Plan } from './plan.ts';

/** A tokenizer as its files will describe it. */
export interface LearnedTokenizer {
  readonly spec: Spec;
  readonly config: Config;
}

const bytes = Array.from({ length: 256 }, (_, byte) => byteToken(byte));
/** What byte tokens are written with: in the alphabet these letters are cheaper one by one than as a token that means a byte. */
const letters = [...'<0123456789ABCDEFx>'];

/** Learns what the plan says from pieces; yields how many tokens there are. Throws EMPTY_CORPUS, SMALL_VOCABULARY. */
export function* learn(plan: Plan, pieces: Pieces): Generator<number, LearnedTokenizer> {
  if (pieces.texts.length === 0) throw errors.EMPTY_CORPUS(plan.kind);
  const before = [...plan.special, ...(plan.byteFallback ? bytes : [])];
  const alphabet = alphabetOf(plan, pieces);
  const taken = new Set(before);
  const room = plan.vocabulary - before.length;
  const check = (least: number): void => {
    if (room < least) throw errors.SMALL_VOCABULARY(plan.vocabulary, before.length + least);
  };
  check(alphabet.length);
  if (plan.kind === 'Unigram') {
    const scored = yield* learnUnigram(parted(pieces, new Set(alphabet)), { alphabet, tokens: room, longest: plan.longest, taken });
    return finish(plan, unigram(plan, before, scored.tokens, scored.scores));
  }
  const words = plan.bytes ? { texts: pieces.texts.map(toByteLetters), counts: pieces.counts } : pieces;
  const prefix = plan.kind === 'WordPiece' ? '##' : '';
  const { tokens, merges } = yield* learnMerges(words, { alphabet, tokens: room, least: plan.least, longest: plan.longest, prefix, taken });
  check(tokens.length);
  const vocab = Object.fromEntries([...before, ...tokens].map((token, id) => [token, id]));
  if (plan.kind === 'WordPiece')
    return finish(plan, {
      type: 'WordPiece',
      unk_token: plan.names.unk_token,
      continuing_subword_prefix: prefix,
      max_input_chars_per_word: 100,
      vocab,
    });
  const spaced = tokens.some((token) => token.includes(' '));
  return finish(plan, {
    type: 'BPE',
    dropout: null,
    unk_token: plan.bytes ? null : (plan.names.unk_token ?? null),
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: plan.byteFallback,
    ignore_merges: false,
    vocab,
    merges: merges.map(([left, right]) => {
      const pair = [tokens[left]!, tokens[right]!];
      return spaced ? pair : pair.join(' ');
    }),
  });
}

/** The characters that get an id: the most frequent that make up the wanted share of all, in the order of their code points. */
const alphabetOf = ({ bytes: asBytes, coverage, kind, byteFallback }: Plan, { texts, counts }: Pieces): readonly string[] => {
  if (asBytes) return [...byteLetters].sort(byCodePoint);
  const found = new Map<string, number>();
  texts.forEach((text, i) => {
    for (const character of text) found.set(character, (found.get(character) ?? 0) + counts[i]!);
  });
  found.delete('\0'); // it parts texts
  const sum = [...found.values()].reduce((all, count) => all + count, 0);
  const kept = new Set(kind === 'Unigram' && byteFallback ? letters : []);
  let covered = 0;
  for (const [character, count] of [...found].sort((one, other) => other[1] - one[1] || byCodePoint(one[0], other[0]))) {
    if (covered >= coverage * sum) break;
    covered += count;
    kept.add(character);
  }
  return [...kept].sort(byCodePoint);
};

const byCodePoint = (one: string, other: string): number => one.codePointAt(0)! - other.codePointAt(0)!;

/** Pieces without characters beyond the alphabet, and in parts where they are longer than a lattice takes. */
const parted = ({ texts, counts }: Pieces, alphabet: ReadonlySet<string>): Pieces => {
  const found = new Map<string, number>();
  texts.forEach((text, i) => {
    const add = (from: number, to: number): void => {
      if (to > from) found.set(text.slice(from, to), (found.get(text.slice(from, to)) ?? 0) + counts[i]!);
    };
    let from = 0;
    for (let at = 0; at < text.length; ) {
      const end = after(text, at);
      const known = alphabet.has(text.slice(at, end));
      if (!known || end - from > Lattice.longest) {
        add(from, at);
        from = known ? at : end;
      }
      at = end;
    }
    add(from, text.length);
  });
  return { texts: [...found.keys()], counts: Float64Array.from(found.values()) };
};

/** Special tokens have the score 0, which no text asks for; byte tokens one that makes them the last resort. */
const unigram = (plan: Plan, before: readonly string[], tokens: readonly string[], scores: Float64Array): unknown => {
  const least = scores.reduce((low, score) => Math.min(low, score), 0);
  return {
    type: 'Unigram',
    unk_id: before.indexOf(plan.names.unk_token!),
    vocab: [
      ...before.map((token, id) => [token, id < plan.special.length ? 0 : 10 * least - 10]),
      ...tokens.map((token, id) => [token, scores[id]]),
    ],
    byte_fallback: plan.byteFallback,
  };
};

const finish = (plan: Plan, model: unknown): LearnedTokenizer => {
  const id = (token: string) => plan.special.indexOf(token);
  const [start, stop] = [plan.names.bos_token ?? plan.names.cls_token, plan.names.eos_token ?? plan.names.sep_token];
  const around = [start, stop].filter((token) => token !== undefined);
  const special = (token: string | undefined, type_id: number) => (token === undefined ? [] : [{ SpecialToken: { id: token, type_id } }]);
  const single = [...special(start, 0), { Sequence: { id: 'A', type_id: 0 } }];
  const template = {
    type: 'TemplateProcessing',
    single,
    pair: [...single, ...special(stop, 0), { Sequence: { id: 'B', type_id: 1 } }, ...special(stop, 1)],
    special_tokens: Object.fromEntries(around.map((token) => [token, { id: token, ids: [id(token)], tokens: [token] }])),
  };
  return {
    spec: {
      added_tokens: plan.special.map((content) => ({
        id: id(content),
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
      normalizer: plan.normalizer,
      pre_tokenizer: plan.preTokenizer,
      post_processor: around.length > 0 ? template : null,
      decoder: plan.decoder,
      model,
    },
    config: { ...plan.names },
  };
};
