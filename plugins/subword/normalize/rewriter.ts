import { type Aligned, type Rewriting, rewrite } from '../text/aligned.ts';
import { after } from '../text/classes.ts';

const MOST_REMEMBERED = 1 << 15;

/** Makes texts alike before they are split. */
export interface Normalizer {
  apply(text: string): string;
  align(text: Aligned): Aligned;
}

/** A normalizer from its rewriting; `apply` is given where that is faster. */
export const rewriter = (rewriting: Rewriting, apply?: (text: string) => string): Normalizer => ({
  apply:
    apply ??
    ((text) => {
      let out = '';
      rewriting(text, (_from, _to, becomes) => (out += becomes));
      return out;
    }),
  align: (text) => rewrite(text, rewriting),
});

/** Rewrites character by character. */
export const eachCharacter =
  (becomes: (character: string) => string): Rewriting =>
  (text, emit) => {
    for (let at = 0; at < text.length; ) {
      const end = after(text, at);
      emit(at, end, becomes(text.slice(at, end)));
      at = end;
    }
  };

/** Lower case a character at a time: a final sigma is like any other. */
export const lowered = (text: string): string => (text.includes('Σ') ? text.replaceAll('Σ', 'σ') : text).toLowerCase();

/** What characters become, remembered for those that come again. */
export const remembered = (becomes: (codePoint: number) => string): ((codePoint: number) => string) => {
  const known = new Map<number, string>();
  return (codePoint) => {
    const found = known.get(codePoint);
    if (found !== undefined) return found;
    const made = becomes(codePoint);
    if (known.size < MOST_REMEMBERED) known.set(codePoint, made);
    return made;
  };
};
