/** Calls `each` with the words of a text, one after the other. */
export type Split = (text: string, each: (word: string) => void) => void;

/** Whether a UTF-16 unit is white space, as `\s` has it. */
export const isSpace = (unit: number): boolean =>
  unit <= 0x20
    ? unit === 0x20 || (unit >= 9 && unit <= 13)
    : unit >= 0xa0 &&
      (unit === 0xa0 ||
        unit === 0x1680 ||
        (unit >= 0x2000 && unit <= 0x200a) ||
        unit === 0x2028 ||
        unit === 0x2029 ||
        unit === 0x202f ||
        unit === 0x205f ||
        unit === 0x3000 ||
        unit === 0xfeff);

/** Words are what stands between white space. */
export const splitAtSpace: Split = (text, each) => {
  for (let at = 0; at < text.length; at++) {
    if (isSpace(text.charCodeAt(at))) continue;
    const begin = at;
    while (at < text.length && !isSpace(text.charCodeAt(at))) at++;
    each(text.slice(begin, at));
  }
};

/** Letters, marks and digits make words, with apostrophes inside them; every other character is a word of its own. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]/gu;

/** What `\s` matches, written out: others mean another set by it. */
const SPACES = Array.from({ length: 0x10000 }, (_, unit) => unit)
  .filter(isSpace)
  .map((unit) => String.fromCharCode(unit))
  .join('');

/** The same words as a regular expression that they match in a text, for those who read tokenizer.json; `whole` is one word in any case. */
export const patternOf = (punctuation: 'keep' | 'split', whole: string): string =>
  punctuation === 'keep' ? `[^${SPACES}]+` : `${whole}|${WORD.source.replace('\\s', SPACES)}`;

/** The same with punctuation and symbols taken from the words. */
export const splitPunctuation: Split = (text, each) => {
  const word = new RegExp(WORD);
  for (let found = word.exec(text); found; found = word.exec(text)) each(found[0]);
};
