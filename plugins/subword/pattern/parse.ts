import { errors } from '../errors.ts';
import { anyCase } from './case.ts';
import { type CharSet, complement, escaped, intersection, listed, range, union } from './char-set.ts';
import { looseWord, posix, property, shorthand } from './properties.ts';

/** A regular expression as a tree. */
export type Node =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly parts: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly part: Node;
      readonly least: number;
      readonly most: number;
      readonly how: 'greedy' | 'lazy' | 'possessive';
    }
  | { readonly kind: 'look'; readonly part: Node; readonly behind: boolean; readonly negative: boolean }
  | { readonly kind: 'atomic'; readonly part: Node }
  | { readonly kind: 'edge'; readonly edge: Edge };

/** Places between characters. */
export type Edge = 'text-start' | 'text-end' | 'last-line-end' | 'line-start' | 'line-end' | 'word' | 'no-word';

const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7, e: 27, '0': 0 };
const edges: Readonly<Record<string, Edge>> = { A: 'text-start', z: 'text-end', Z: 'last-line-end', b: 'word', B: 'no-word' };
const newline = range(10, 10);
/** Escapes that stand for more, or for something else, outside brackets. */
const special: Readonly<Record<string, Node>> = {
  w: { kind: 'set', set: looseWord },
  W: { kind: 'set', set: complement(looseWord) },
  N: { kind: 'set', set: complement(newline) },
  O: { kind: 'set', set: complement(listed('')) },
  R: {
    kind: 'atomic',
    part: {
      kind: 'choice',
      parts: [
        { kind: 'sequence', parts: [13, 10].map((unit) => ({ kind: 'set', set: range(unit, unit) })) },
        { kind: 'set', set: listed('a-d 85 2028-2029') },
      ],
    },
  },
};
const MOST_REPEATS = 1000;
const DEEPEST = 100;

/** Reads the subset of Oniguruma's syntax that needs no memory of what groups held; throws PATTERN_SYNTAX for the rest. */
export const parse = (pattern: string): Node => new Parser(pattern).all();

class Parser {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;
  #ignoreCase = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  all(): Node {
    const node = this.#choice();
    if (this.#at < this.#pattern.length) this.#fail('an unmatched ")"');
    return node;
  }

  #fail(why: string): never {
    throw errors.PATTERN_SYNTAX(this.#pattern.slice(0, 200), this.#at, why);
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(source: RegExp): RegExpExecArray | undefined {
    source.lastIndex = this.#at;
    const match = source.exec(this.#pattern) ?? undefined;
    if (match) this.#at += match[0].length;
    return match;
  }

  #next(): number {
    const codePoint = this.#pattern.codePointAt(this.#at);
    if (codePoint === undefined) this.#fail('an unfinished expression');
    this.#at += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  #choice(): Node {
    if (++this.#depth > DEEPEST) this.#fail('too many groups inside each other');
    const ignoring = this.#ignoreCase;
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    this.#depth--;
    this.#ignoreCase = ignoring;
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== '|' && this.#pattern[this.#at] !== ')') {
      const flags = this.#match(/\(\?(-?)i\)/y);
      if (flags) this.#ignoreCase = flags[1] === '';
      else parts.push(this.#repeated(this.#atom()));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  #repeated(part: Node): Node {
    let node = part;
    for (;;) {
      const sign = this.#match(/[?*+]/y)?.[0];
      const counts = sign ? undefined : this.#match(/\{(\d{0,6})(,?)(\d{0,6})\}/y);
      if (!sign && (!counts || (counts[1] === '' && counts[3] === ''))) {
        if (counts) this.#at -= counts[0].length;
        return node;
      }
      const least = sign ? (sign === '+' ? 1 : 0) : Number(counts![1] || 0);
      const most = sign
        ? sign === '?'
          ? 1
          : Number.POSITIVE_INFINITY
        : counts![2]
          ? counts![3]
            ? Number(counts![3])
            : Number.POSITIVE_INFINITY
          : least;
      if (least > MOST_REPEATS || (Number.isFinite(most) && most > MOST_REPEATS))
        this.#fail(`a repetition of more than ${MOST_REPEATS} times`);
      if (most < least) this.#fail('a repetition that ends before it begins');
      const how = this.#take('?') ? 'lazy' : sign && this.#take('+') ? 'possessive' : 'greedy';
      if (node.kind === 'edge' || node.kind === 'look') this.#fail('a repetition of nothing');
      node = { kind: 'repeat', part: node, least, most, how };
    }
  }

  #atom(): Node {
    if (this.#take('(')) return this.#group();
    if (this.#take('[')) return { kind: 'set', set: this.#class(this.#ignoreCase) };
    if (this.#take('.')) return { kind: 'set', set: complement(newline) };
    if (this.#take('^')) return { kind: 'edge', edge: 'line-start' };
    if (this.#take('$')) return { kind: 'edge', edge: 'line-end' };
    if ('*+?'.includes(this.#pattern[this.#at]!)) this.#fail('a repetition of nothing');
    if (this.#pattern[this.#at] === '\\') {
      const edge = edges[this.#pattern[this.#at + 1] ?? ''];
      if (edge) {
        this.#at += 2;
        return { kind: 'edge', edge };
      }
      const sort = /\\[wWNOR]/y.exec(this.#pattern.slice(this.#at, this.#at + 2))?.[0][1];
      if (sort) {
        this.#at += 2;
        return special[sort]!;
      }
      const set = this.#escape();
      return { kind: 'set', set: typeof set === 'number' ? this.#literal(set) : set };
    }
    return { kind: 'set', set: this.#literal(this.#next()) };
  }

  #literal(codePoint: number): CharSet {
    const one = range(codePoint, codePoint);
    return this.#ignoreCase ? anyCase(one) : one;
  }

  #group(): Node {
    const ignoring = this.#ignoreCase;
    const opened = this.#match(/\?(?:(<?)([=!])|(>)|(i?):|-i:)/y);
    if (!opened && this.#pattern[this.#at] === '?') this.#fail('a group of an unknown kind');
    if (opened?.[0] === '?i:') this.#ignoreCase = true;
    if (opened?.[0] === '?-i:') this.#ignoreCase = false;
    const part = this.#choice();
    this.#ignoreCase = ignoring;
    if (!this.#take(')')) this.#fail('an unfinished group');
    if (opened?.[2]) return { kind: 'look', part, behind: opened[1] === '<', negative: opened[2] === '!' };
    return opened?.[3]
      ? { kind: 'atomic', part }
      : part.kind === 'look' || part.kind === 'edge'
        ? { kind: 'sequence', parts: [part] }
        : part;
  }

  /** After a backslash: one character, or a set of them. */
  #escape(): number | CharSet {
    this.#at++;
    const property = this.#match(/([pP])\{(\^?)([A-Za-z_ -]{1,40}(?:=[A-Za-z_ ]{1,40})?)\}/y);
    if (property) return this.#property(property[3]!, (property[1] === 'P') !== (property[2] === '^'));
    const hex = this.#match(/x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})/y);
    if (hex) {
      const codePoint = Number.parseInt(hex[1] ?? hex[2] ?? hex[3]!, 16);
      return codePoint <= 0x10ffff ? codePoint : this.#fail('a character beyond Unicode');
    }
    const codePoint = this.#next();
    const letter = String.fromCodePoint(codePoint);
    const set = shorthand[letter.toLowerCase()];
    if (set) return letter === letter.toLowerCase() ? escaped(set) : complement(escaped(set));
    if (controls[letter] !== undefined) return controls[letter];
    if (/[0-9A-Za-z]/.test(letter)) this.#fail(`the escape "\\${letter}", which needs memory or is unknown,`);
    return codePoint;
  }

  #property(name: string, negative: boolean): CharSet {
    const set = property(name) ?? this.#fail(`the unknown property "${name}"`);
    return negative ? complement(set) : set;
  }

  /** After "[": a class, with classes inside and intersections. */
  #class(ignoring = false): CharSet {
    if (++this.#depth > DEEPEST) this.#fail('too many classes inside each other');
    const negative = this.#take('^');
    const sides: CharSet[] = [];
    let members: CharSet[] = [];
    for (let first = true; !this.#take(']') || first; first = false) {
      if (this.#take('&&')) {
        if (members.length > 0) sides.push(union(members));
        members = [];
        continue;
      }
      const low = this.#member();
      if (typeof low !== 'number' || this.#pattern[this.#at] !== '-' || this.#pattern[this.#at + 1] === ']') {
        members.push(typeof low === 'number' ? range(low, low) : low);
        continue;
      }
      this.#at++;
      const high = this.#member();
      if (typeof high !== 'number' || high < low) this.#fail('a range out of order');
      members.push(range(low, high));
    }
    this.#depth--;
    if (members.length > 0) sides.push(union(members));
    if (sides.length === 0) this.#fail('an empty class');
    const set = ignoring ? anyCase(intersection(sides)) : intersection(sides);
    return negative ? complement(set) : set;
  }

  #member(): number | CharSet {
    const named = this.#match(/\[:(\^?)([a-z]+):\]/y);
    if (named) {
      const set = posix[named[2]!] ?? this.#fail(`the unknown class "${named[2]}"`);
      return named[1] ? complement(escaped(set)) : escaped(set);
    }
    if (this.#take('[')) return this.#class();
    return this.#pattern[this.#at] === '\\' ? this.#escape() : this.#next();
  }
}
