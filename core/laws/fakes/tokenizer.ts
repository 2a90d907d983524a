import type { Tokens } from '../../data/tokens.ts';
import type { Tokenizer } from '../../stages/tokenize.ts';

/** A tokenizer whose raw matter is ids in words: `"3 1 4"`; with as many ids as wanted, of which the last ones are start, stop, mask and unknown. */
export const idTokenizer = (vocabulary: number): Tokenizer<string> => {
  const [start, stop, mask, unknown] = [vocabulary - 4, vocabulary - 3, vocabulary - 2, vocabulary - 1] as const;
  const idOf = (word: string): number => (/^\d+$/.test(word) && Number(word) < start ? Number(word) : unknown);
  const spell = (tokens: Tokens): string =>
    Array.from(tokens)
      .filter((id) => id < start || id === unknown)
      .map((id) => (id === unknown ? '?' : `${id}`))
      .join(' ');
  return {
    vocabulary,
    fingerprint: `ids ${vocabulary}`,
    start,
    stop,
    mask,
    unknown,
    tokenize: (text) => Int32Array.from(text.split(' ').filter(Boolean), idOf),
    detokenize: spell,
    detokenizer() {
      let some = false;
      return {
        push(fresh) {
          const piece = spell(fresh);
          const spaced = some && piece !== '' ? ` ${piece}` : piece;
          some ||= piece !== '';
          return spaced;
        },
        end: () => '',
      };
    },
  };
};
