import { concat, type Tokens } from '../data/tokens.ts';
import type { Detokenizer, Tokenizer } from '../stages/tokenize.ts';
import { StopStrings, type Watch } from './stop-strings.ts';

/** Some more of a sample, told. */
export interface Told {
  /** What is certain by now and was not told before; undefined where it is told at the end, with the prompt. */
  readonly raw: unknown;
  /** How many of the tokens are of the sample: those up to what ended it. */
  readonly taken: number;
  /** The stop string that ended it. */
  readonly stop?: string;
}

/** Tells one sample as its tokens come. */
export interface Teller {
  /** `last`: no more will come. */
  push(tokens: Tokens, last: boolean): Told;
}

/** What ends a text. */
export interface Ending {
  readonly stop?: string | readonly string[] | undefined;
  /** Stop strings are looked for in what is spelled after so many tokens. */
  readonly min_new_tokens?: number | undefined;
}

/** Makes what tells samples, each after its prompt. */
export const tellers = (tokenizer: Tokenizer, { stop = [], min_new_tokens: least = 0 }: Ending) => {
  const stops = [stop].flat();
  const strings = stops.length > 0 ? new StopStrings(stops) : undefined;
  return (prompt: Tokens): Teller => {
    const detokenizer = detokenizerAfter(tokenizer, prompt);
    if (!detokenizer) return atTheEnd(tokenizer, prompt, strings, least);
    return strings ? untilStop(detokenizer, strings.watch(), least) : plain(detokenizer);
  };
};

const plain = (detokenizer: Detokenizer): Teller => ({
  push: (tokens, last) => ({
    raw: last ? join(detokenizer.push(tokens), detokenizer.end()) : detokenizer.push(tokens),
    taken: tokens.length,
  }),
});

/** Token by token, so that a sample ends with the one that completes a stop string. */
const untilStop = (detokenizer: Detokenizer, watch: Watch, least: number): Teller => {
  let count = 0;
  return {
    push(tokens, last) {
      let raw = '';
      for (let i = 0; i < tokens.length; i++) {
        const text = String(detokenizer.push(tokens.subarray(i, i + 1)));
        if (count++ < least) raw += text;
        else {
          const { told, stop } = watch.push(text);
          raw += told;
          if (stop !== undefined) return { raw, taken: i + 1, stop };
        }
      }
      if (!last) return { raw, taken: tokens.length };
      const rest = String(detokenizer.end());
      if (count <= least) return { raw: raw + rest, taken: tokens.length };
      const { told, stop } = watch.push(rest);
      raw += told;
      return stop === undefined ? { raw: raw + watch.held, taken: tokens.length } : { raw, taken: tokens.length, stop };
    },
  };
};

/** Where what a row spells is known at its end, all of it is told then, the prompt with it. */
const atTheEnd = (tokenizer: Tokenizer, prompt: Tokens, strings: StopStrings | undefined, least: number): Teller => {
  const said: Tokens[] = [prompt];
  return {
    push(tokens, last) {
      said.push(tokens);
      const taken = tokens.length;
      if (!last) return { raw: undefined, taken };
      const all = concat(said);
      const raw = tokenizer.detokenize(all);
      if (!strings || typeof raw !== 'string') return { raw, taken };
      const from = common(raw, tokenizer.detokenize(all.subarray(0, Math.min(all.length, prompt.length + least))));
      const watch = strings.watch();
      const { told, stop } = watch.push(raw.slice(from));
      return stop === undefined ? { raw, taken } : { raw: raw.slice(0, from) + told, taken, stop };
    },
  };
};

/** How far two texts are the same. */
const common = (text: string, other: unknown): number => {
  if (typeof other !== 'string') return 0;
  let at = 0;
  while (at < other.length && text[at] === other[at]) at++;
  return at;
};

/** A detokenizer that has read a prompt and says only what comes after it: also the prompt's end, where that was held back, is not said again. */
const detokenizerAfter = (tokenizer: Tokenizer, prompt: Tokens): Detokenizer | undefined => {
  const detokenizer = tokenizer.detokenizer?.();
  if (!detokenizer || prompt.length === 0) return detokenizer;
  const said = detokenizer.push(prompt);
  const whole = tokenizer.detokenize(prompt);
  let held = typeof said === 'string' && typeof whole === 'string' && whole.startsWith(said) ? whole.slice(said.length) : '';
  const after = (raw: unknown): unknown => {
    if (held === '' || typeof raw !== 'string' || raw === '') return raw;
    const repeated = raw.startsWith(held) ? held.length : held.startsWith(raw) ? raw.length : 0;
    held = repeated === raw.length ? held.slice(repeated) : '';
    return raw.slice(repeated);
  };
  return { push: (tokens) => after(detokenizer.push(tokens)), end: () => after(detokenizer.end()) };
};

/** Texts join; of any other raw matter there is one piece. */
export const join = (before: unknown, after: unknown): unknown =>
  typeof before === 'string' && typeof after === 'string' ? before + after : (after ?? before);
