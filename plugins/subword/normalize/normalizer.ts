import { type Fields, make } from '../fields.ts';
import { finder } from '../pattern/finder.ts';
import { toByteLetters } from '../text/byte-letters.ts';
import { after, isSpace } from '../text/classes.ts';
import { bert } from './bert.ts';
import { form } from './forms.ts';
import { accents } from './marks.ts';
import { precompiled } from './precompiled.ts';
import { eachCharacter, lowered, type Normalizer, rewriter } from './rewriter.ts';

const replace = (fields: Fields): Normalizer => {
  const find = finder(fields);
  const content = fields.string('content');
  const pattern = fields.get('pattern');
  const literal =
    typeof pattern === 'object' && pattern !== null && 'String' in pattern ? fields.object('pattern').string('String') : undefined;
  return rewriter(
    (text, emit) => {
      let kept = 0;
      find(text, (start, end) => {
        if (start > kept) emit(kept, start, text.slice(kept, start));
        emit(start, end, content);
        kept = end;
      });
      if (kept < text.length) emit(kept, text.length, text.slice(kept));
    },
    literal === undefined ? undefined : (text) => text.replaceAll(literal, () => content),
  );
};

const strip = (fields: Fields): Normalizer => {
  const left = fields.boolean('strip_left', true);
  const right = fields.boolean('strip_right', true);
  return rewriter((text, emit) => {
    let [from, to] = [0, text.length];
    while (left && from < to && isSpace(text.charCodeAt(from))) from++;
    while (right && to > from && isSpace(text.charCodeAt(to - 1))) to--;
    if (from > 0) emit(0, from, '');
    emit(from, to, text.slice(from, to));
    if (to < text.length) emit(to, text.length, '');
  });
};

/** Puts `prefix` before a text that is not empty. */
export const prepend = (prefix: string): Normalizer =>
  rewriter(
    (text, emit) => {
      const first = text === '' ? 0 : after(text, 0);
      if (first > 0) emit(0, first, prefix + text.slice(0, first));
      emit(first, text.length, text.slice(first));
    },
    (text) => (text === '' ? text : prefix + text),
  );

/** Control characters go, and odd spaces become plain ones, as Google's NMT rules have it. */
const nmt = (): Normalizer =>
  rewriter(
    eachCharacter((c) =>
      /[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/.test(c)
        ? ''
        : /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/.test(c)
          ? ' '
          : c,
    ),
  );

const sequence = (parts: readonly Normalizer[]): Normalizer => ({
  apply: (text) => parts.reduce((so, part) => part.apply(so), text),
  align: (text) => parts.reduce((so, part) => part.align(so), text),
});

const makers: Readonly<Record<string, (fields: Fields) => Normalizer>> = {
  BertNormalizer: bert,
  ByteLevel: () => rewriter(eachCharacter(toByteLetters), toByteLetters),
  Lowercase: () => rewriter(eachCharacter(lowered), lowered),
  NFC: () => form('NFC'),
  NFD: () => form('NFD'),
  NFKC: () => form('NFKC'),
  NFKD: () => form('NFKD'),
  Nmt: nmt,
  Precompiled: precompiled,
  Prepend: (fields) => prepend(fields.string('prepend')),
  Replace: replace,
  Sequence: (fields) => sequence(fields.objects('normalizers').map(makeNormalizer)),
  Strip: strip,
  StripAccents: () => rewriter(eachCharacter((c) => (accents.has(c.codePointAt(0)!) ? '' : c))),
};

/** The normalizer that `fields` describe in the Hugging Face format. */
export const makeNormalizer = (fields: Fields): Normalizer => make(fields, makers);
