import { type Aligned, type Rewriting, rewrite } from '../text/aligned.ts';
import type { Normalizer } from './rewriter.ts';

type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** A character with all that may melt into it: marks, Korean letters, half-width voicing. */
const cluster = /(?:[\uac00-\ud7a3]?[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+|[\s\S])[\p{M}\uff9e\uff9f]*/gu;

/** A Unicode normalization form. */
export const form = (name: Form): Normalizer => {
  const rewriting: Rewriting = (text, emit) => {
    for (const { 0: part, index } of text.matchAll(cluster)) emit(index, index + part.length, part.normalize(name));
  };
  return {
    apply: (text) => text.normalize(name),
    align: (text: Aligned) => {
      const made = rewrite(text, rewriting);
      const whole = text.text.normalize(name);
      return made.text === whole ? made : rewrite(text, (all, emit) => emit(0, all.length, whole));
    },
  };
};
