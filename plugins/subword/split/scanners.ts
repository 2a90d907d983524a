import { after, basicClasses, classOf, LETTER, NUMBER, SPACE } from '../text/classes.ts';

/** Where the piece that begins at `at` ends, in a text that ends at `to`; pieces leave nothing out. */
export type Scanner = (text: string, at: number, to: number) => number;

const WORDS = LETTER | NUMBER | SPACE;
const basic = basicClasses();

const kindAt = (text: string, at: number): number => {
  const unit = text.charCodeAt(at);
  return ((unit & 0xfc00) === 0xd800 ? classOf(text.codePointAt(at)!) : basic[unit]!) & WORDS;
};

/** Where the run of characters of one kind ends. */
const runEnd = (text: string, from: number, to: number, kind: number): number => {
  let at = from;
  while (at < to) {
    const unit = text.charCodeAt(at);
    if ((unit & 0xfc00) === 0xd800) {
      if ((classOf(text.codePointAt(at)!) & WORDS) !== kind) return at;
      at = after(text, at);
    } else {
      if ((basic[unit]! & WORDS) !== kind) return at;
      at++;
    }
  }
  return at;
};

const APOSTROPHE = 0x27;

/** The length of 's 't 'm 'd 're 've 'll at `at`; with `anyCase` also in capitals and with the long s. 0 where there is none. */
const contraction = (text: string, at: number, to: number, anyCase: boolean): number => {
  const letter = (place: number) => {
    const unit = place < to ? text.charCodeAt(place) : 0;
    if (!anyCase) return unit;
    return unit === 0x17f ? 0x73 : unit >= 65 && unit <= 90 ? unit + 32 : unit;
  };
  const first = letter(at + 1);
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return 2;
  const second = letter(at + 2);
  return (first === 0x72 && second === 0x65) || (first === 0x76 && second === 0x65) || (first === 0x6c && second === 0x6c) ? 3 : 0;
};

/** White space gives its last character to what follows. */
const spaces = (text: string, at: number, to: number): number => {
  const end = runEnd(text, at, to, SPACE);
  return end === to || end === at + 1 ? end : end - 1;
};

/** GPT-2's pieces: contractions, then words, numbers and signs, each with a space before it (Radford et al. 2019). */
export const gpt2: Scanner = (text, at, to) => {
  const unit = text.charCodeAt(at);
  if (unit === APOSTROPHE) {
    const length = contraction(text, at, to, false);
    if (length > 0) return at + length;
  }
  const from = unit === 0x20 && at + 1 < to ? at + 1 : at;
  const kind = kindAt(text, from);
  return kind === SPACE ? spaces(text, at, to) : runEnd(text, from, to, kind);
};

/** The pieces of cl100k_base and its kin, in which a number has at most `digits` digits. */
const cl100k =
  (digits: number): Scanner =>
  (text, at, to) => {
    const unit = text.charCodeAt(at);
    if (unit === APOSTROPHE) {
      const length = contraction(text, at, to, true);
      if (length > 0) return at + length;
    }
    const kind = kindAt(text, at);
    if (kind === LETTER) return runEnd(text, at, to, LETTER);
    if (kind === NUMBER) {
      let end = at;
      for (let count = 0; count < digits && end < to && kindAt(text, end) === NUMBER; count++) end = after(text, end);
      return end;
    }
    const next = after(text, at);
    if (unit !== 10 && unit !== 13 && next < to && kindAt(text, next) === LETTER) return runEnd(text, next, to, LETTER);
    if (kind === 0 || (unit === 0x20 && next < to && kindAt(text, next) === 0)) {
      let end = runEnd(text, kind === 0 ? at : next, to, 0);
      while (end < to && (text.charCodeAt(end) === 10 || text.charCodeAt(end) === 13)) end++;
      return end;
    }
    const end = runEnd(text, at, to, SPACE);
    for (let line = end; line > at; line--) {
      if (text.charCodeAt(line - 1) === 10 || text.charCodeAt(line - 1) === 13) return line;
    }
    return end === to || end === at + 1 ? end : end - 1;
  };

const rest = '| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const words = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";

/** The regular expressions whose pieces a scanner finds. */
export const scanners: ReadonlyMap<string, Scanner> = new Map<string, Scanner>([
  ["'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", gpt2],
  ["'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", gpt2],
  [`${words}\\p{N}{1,3}${rest}`, cl100k(3)],
  [`${words}\\p{N}{1,2}${rest}`, cl100k(2)],
  [`${words}\\p{N}${rest}`, cl100k(1)],
  [`${words.replace("'s|'t|'re|'ve|'m|'ll|'d", '[sdmt]|ll|ve|re').replace('(?i', "'(?i")}\\p{N}{1,3}${rest}`, cl100k(3)],
]);

/** The regular expressions of tiktoken's encodings, by name. */
export const encodings: Readonly<Record<string, string>> = (() => {
  const [old, cl] = [[...scanners.keys()][0]!, [...scanners.keys()][2]!];
  const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
  const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
  const ending = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
  const lead = '[^\\r\\n\\p{L}\\p{N}]?';
  const o200k = `${lead}${upper}*${lower}+${ending}|${lead}${upper}+${lower}*${ending}|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
  return { gpt2: old, r50k_base: old, p50k_base: old, cl100k_base: cl, o200k_base: o200k };
})();
