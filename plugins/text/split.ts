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

/** The same with punctuation and symbols taken from the words. */
export const splitPunctuation: Split = (text, each) => {
  const word = new RegExp(WORD);
  for (let found = word.exec(text); found; found = word.exec(text)) each(found[0]);
};
