import type { Tokens } from '../../../core/index.ts';
import type { Vocabulary } from '../model/vocabulary.ts';
import { isSpace } from '../text/classes.ts';

const isBlank = (token: string, at: number): boolean => token[at] === 'Ġ' || isSpace(token.charCodeAt(at));

/** Takes the white space at both ends of each token out of its span; a space that was put before the text (`prefixed`) has none to take. */
export const trim = (ids: Tokens, spans: Int32Array, vocabulary: Vocabulary, prefixed: boolean): void => {
  for (let i = 0; i < ids.length; i++) {
    const token = vocabulary.token(ids[i]!) ?? '';
    let before = 0;
    while (before < token.length && isBlank(token, before)) before++;
    let behind = 0;
    while (behind < token.length && isBlank(token, token.length - 1 - behind)) behind++;
    const [start, end] = [spans[2 * i]!, spans[2 * i + 1]!];
    if (prefixed && before > 0 && (i === 0 || start === 0)) before--;
    const from = Math.min(start + before, end);
    spans[2 * i] = from;
    if (behind > 0 && end >= behind) spans[2 * i + 1] = Math.max(end - behind, from);
  }
};
