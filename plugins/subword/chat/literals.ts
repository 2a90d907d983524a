/** What stands in quotes and what numbers spell, in the order of a template: what the parser reads in their places is `''` and `0 `. */
export class Literals {
  readonly #texts: string[] = [];
  readonly #numbers: string[] = [];
  #text = 0;
  #number = 0;

  /** The inside of a tag with each text and number left out, and kept here. */
  leaveOut(inside: string): string {
    return inside.replace(part, (found: string, quote: string | undefined, float: string | undefined, whole: string | undefined) => {
      if (quote !== undefined) {
        this.#texts.push(unescaped(found.slice(1, -1)));
        return "''";
      }
      if (float === undefined && whole === undefined) {
        return found;
      }
      this.#numbers.push(float === undefined ? spellWhole(found) : spellFloat(found));
      return '0 ';
    });
  }

  nextText(): string {
    return this.#texts[this.#text++]!;
  }

  nextNumber(): string {
    return this.#numbers[this.#number++]!;
  }
}

const digits = '\\d(?:_?\\d)*';
const fraction = `\\.${digits}`;
const exponent = `e[+-]?${digits}`;
const quoted = `"(?:[^"\\\\]|\\\\[^])*"|'(?:[^'\\\\]|\\\\[^])*'`;
const float = `(?<!\\.)${digits}(?:(?:${fraction})?${exponent}|${fraction})`;
const whole = '0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\\da-f])+|[1-9](?:_?\\d)*|0(?:_?0)*';
/** A text, a floating-point number, an integer, a name. */
const part = new RegExp(`(${quoted})|(${float})|(${whole})|[\\p{L}_][\\p{L}\\p{N}_]*`, 'giu');

const spellWhole = (found: string): string => {
  const value = Number(found.replaceAll('_', ''));
  if (!Number.isSafeInteger(value)) throw new Error(`${found} is an integer beyond 2^53, which is not known here`);
  return String(value);
};

/** With a point, by which the parser tells it from an integer. */
const spellFloat = (found: string): string => {
  const value = Number(found.replaceAll('_', ''));
  if (!Number.isFinite(value)) throw new Error(`${found} is beyond the largest number`);
  const spelt = value.toExponential();
  return spelt.includes('.') ? spelt : spelt.replace('e', '.0e');
};

const short: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const escapes = /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g;

/** A text as Python reads it between quotes. */
const unescaped = (value: string): string =>
  value.replace(escapes, (found: string, octal?: string, byte?: string, unit?: string, point?: string, letter?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    const hex = byte ?? unit ?? point;
    if (hex !== undefined) {
      const code = Number.parseInt(hex, 16);
      if (code > 0x10ffff || (code & 0x1ff800) === 0xd800) throw new Error(`${found} in a text is no character`);
      return String.fromCodePoint(code);
    }
    if (letter === undefined || 'xuUN'.includes(letter)) throw new Error(`"${found}" in a text spells no character here`);
    return short[letter] ?? found;
  });
