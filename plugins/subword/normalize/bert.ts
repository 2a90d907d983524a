import type { Fields } from '../fields.ts';
import { isSpace } from '../text/classes.ts';
import { form } from './forms.ts';
import { bertAccents, bertControls } from './marks.ts';
import { eachCharacter, lowered, type Normalizer, rewriter } from './rewriter.ts';

const chinese: readonly (readonly [number, number])[] = [
  [0x4e00, 0x9fff],
  [0x3400, 0x4dbf],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b920, 0x2ceaf],
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
];

const isChinese = (codePoint: number): boolean =>
  codePoint >= 0x3400 && chinese.some(([low, high]) => codePoint >= low && codePoint <= high);

const cleaned = (c: string): string => {
  const codePoint = c.codePointAt(0)!;
  if (c === '\t' || c === '\n' || c === '\r') return ' ';
  if (bertControls.has(codePoint)) return '';
  return isSpace(codePoint) ? ' ' : c;
};

const unaccented = (c: string): string => (bertAccents.has(c.codePointAt(0)!) ? '' : c);

/** What BERT does before it splits (Devlin et al. 2019): clean, room around Chinese characters, no accents, lower case. */
export const bert = (fields: Fields): Normalizer => {
  const clean = fields.boolean('clean_text', true);
  const room = fields.boolean('handle_chinese_chars', true);
  const lower = fields.boolean('lowercase', true);
  const strip = fields.boolean('strip_accents', lower);
  const decomposed = form('NFD');
  const first = rewriter(
    eachCharacter((c) => {
      const kept = clean ? cleaned(c) : c;
      return room && kept !== '' && isChinese(kept.codePointAt(0)!) ? ` ${kept} ` : kept;
    }),
  );
  const marks = rewriter(eachCharacter(unaccented));
  const last = rewriter(eachCharacter(lowered), lowered);
  const plain = /^[\n -~]*$/;
  return {
    apply: (text) => {
      if (plain.test(text)) {
        const clear = clean ? text.replaceAll('\n', ' ') : text;
        return lower ? clear.toLowerCase() : clear;
      }
      let out = first.apply(text);
      if (strip) out = marks.apply(decomposed.apply(out));
      return lower ? last.apply(out) : out;
    },
    align: (text) => {
      let out = first.align(text);
      if (strip) out = marks.align(decomposed.align(out));
      return lower ? last.align(out) : out;
    },
  };
};
