import type { Logprob, TokenLogprobs } from '../data/logprobs.ts';
import type { Tokens } from '../data/tokens.ts';
import type { Tokenizer } from '../stages/tokenize.ts';

/** What each token of a row spells; `⟨stop⟩` and its like by their names, and where a character takes several tokens, it stands at the last. */
export const spell = (tokenizer: Tokenizer, tokens: Tokens): string[] => {
  const names = new Map(
    (['start', 'stop', 'mask', 'unknown'] as const).flatMap((name) =>
      tokenizer[name] === undefined ? [] : [[tokenizer[name], `⟨${name}⟩`] as const],
    ),
  );
  const growing = tokenizer.detokenizer?.();
  const text = (raw: unknown, id: number): string => (typeof raw === 'string' ? raw : `[${id}]`);
  const pieces = Array.from(
    tokens,
    (id) => names.get(id) ?? text(growing ? growing.push(Int32Array.of(id)) : tokenizer.detokenize(Int32Array.of(id)), id),
  );
  const rest = growing?.end();
  if (typeof rest === 'string' && rest !== '' && pieces.length > 0) pieces[pieces.length - 1] += rest;
  return pieces;
};

/** A log-probability, and what its id spells by itself. */
export interface SpelledLogprob extends Logprob {
  readonly text: string;
}

/** The same of an id that was generated, and of the likeliest in its place. */
export interface SpelledLogprobs extends SpelledLogprob {
  readonly top: readonly SpelledLogprob[];
}

/** Spells the ids of log-probabilities, each id once. */
export const spelling = (tokenizer: Tokenizer): ((all: readonly TokenLogprobs[]) => SpelledLogprobs[]) => {
  const known = new Map<number, string>();
  const spelled = ({ id, logprob }: Logprob): SpelledLogprob => {
    let text = known.get(id);
    if (text === undefined) known.set(id, (text = spell(tokenizer, Int32Array.of(id))[0]!));
    return { id, text, logprob };
  };
  return (all) => all.map((one) => ({ ...spelled(one), top: one.top.map(spelled) }));
};
