import { type Aligned, type Rewriting, rewrite } from '../text/aligned.ts';
import { after } from '../text/classes.ts';
import { normalized } from './mark-order.ts';
import { laterForms } from './marks.ts';
import type { Normalizer } from './rewriter.ts';

type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** A character with all that may melt into it: marks, Korean letters, half-width voicing. */
const cluster = /(?:[\uac00-\ud7a3]?[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+|[\s\S])[\p{M}\uff9e\uff9f]*/gu;

/** A text in a form, as far as Unicode 9 knew it: what came later stands between its neighbours and keeps them apart. */
const inForm = (text: string, name: Form): string => {
  let out = '';
  let done = 0;
  for (let at = 0; at < text.length; ) {
    const end = after(text, at);
    if (text.charCodeAt(at) > 0x7f && laterForms.has(text.codePointAt(at)!)) {
      out += normalized(text.slice(done, at), name) + text.slice(at, end);
      done = end;
    }
    at = end;
  }
  return done === 0 ? normalized(text, name) : out + normalized(text.slice(done), name);
};

/** A Unicode normalization form. */
export const form = (name: Form): Normalizer => {
  const rewriting: Rewriting = (text, emit) => {
    for (const { 0: part, index } of text.matchAll(cluster)) emit(index, index + part.length, inForm(part, name));
  };
  return {
    apply: (text) => inForm(text, name),
    align: (text: Aligned) => {
      const made = rewrite(text, rewriting);
      const whole = inForm(text.text, name);
      return made.text === whole ? made : rewrite(text, (all, emit) => emit(0, all.length, whole));
    },
  };
};
