import { after, classOf, isSpace, LETTER, NUMBER } from '../text/classes.ts';
import type { Divide } from './divide.ts';

/** CLIP's regular expression as its tokenizer.json spells it (Radford et al. 2021). */
export const clipPattern = "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

const fixed = ['<|startoftext|>', '<|endoftext|>', "'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

const kindOf = (codePoint: number): number => (isSpace(codePoint) ? -1 : classOf(codePoint) & (LETTER | NUMBER));

/** CLIP's pieces: contractions, words, single digits and runs of signs; white space is left out. */
export const clip: Divide = (text, emit) => {
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    const whole = unit === 0x27 || unit === 0x3c ? fixed.find((one) => text.startsWith(one, at)) : undefined;
    const kind = kindOf(text.codePointAt(at)!);
    let end = whole ? at + whole.length : after(text, at);
    if (!whole && kind !== NUMBER) while (end < text.length && kindOf(text.codePointAt(end)!) === kind) end = after(text, end);
    if (whole || kind >= 0) emit(at, end);
    at = end;
  }
};
