import { tokenize } from '@huggingface/jinja';
import { Literals } from './literals.ts';
import { checkSyntax } from './syntax.ts';
import { afterSpace, stripped } from './texts.ts';

const closing: Readonly<Record<string, string>> = { '%': '%}', '{': '}}', '#': '#}' };

/** Where the tag that opens at `open` ends, after its closing sign; -1 where it does not. */
const endOf = (source: string, open: number): number => {
  const close = closing[source[open + 1]!]!;
  if (close === '#}') {
    const at = source.indexOf(close, open + 2);
    return at < 0 ? at : at + 2;
  }
  let depth = 0;
  for (let at = open + 2; at < source.length; at++) {
    const unit = source[at]!;
    if (depth === 0 && source.startsWith(close, at)) return at + 2;
    if (unit === '{') depth++;
    else if (unit === '}') depth--;
    else if (unit === '"' || unit === "'") for (at++; at < source.length && source[at] !== unit; at++) if (source[at] === '\\') at++;
  }
  return -1;
};

/** A text before a tag, without the white space that the tag stands behind in its line. */
const beforeTag = (text: string, sign: string, block: boolean, begins: boolean): string => {
  if (sign === '-') return stripped(text, undefined, 'right');
  const line = text.lastIndexOf('\n') + 1;
  return block && sign !== '+' && (line > 0 || begins) && stripped(text.slice(line), undefined, 'both') === '' ? text.slice(0, line) : text;
};

/** Does what Jinja does with white space around tags under trim_blocks and lstrip_blocks, and leaves no sign for it. */
const trimmed = (source: string, literals: Literals): string => {
  let out = '';
  let begins = true;
  let generations = 0; // open ones, which the parser leaves out unseen
  for (let at = 0; ; ) {
    const open = source.slice(at).search(/\{[%{#]/) + at;
    const end = open < at ? -1 : endOf(source, open);
    if (open >= at && end < 0) throw new Error(`the tag that begins with "${source.slice(open, open + 20)}" has no end`);
    if (end < 0) {
      if (generations > 0) throw new Error('"generation" has no "endgeneration"');
      return out + source.slice(at);
    }
    const kind = source[open + 1]!;
    const [first, last] = [source[open + 2]!, source[end - 3]!];
    const from = open + (first === '-' || (first === '+' && kind !== '{') ? 3 : 2);
    const to = Math.max(from, end - (last === '-' || (last === '+' && kind !== '{') ? 3 : 2));
    out += beforeTag(source.slice(at, open), first, kind !== '{', begins);
    const inside = source.slice(from, to).trim();
    if (kind === '%' && inside === 'generation') generations++;
    if (kind === '%' && inside === 'endgeneration' && --generations < 0) throw new Error('"endgeneration" has no "generation" before it');
    if (kind !== '#') out += `{${kind} ${literals.leaveOut(source.slice(from, to))} ${closing[kind]}`;
    at = end;
    if (last === '-' && to < end - 2) at = afterSpace(source, end);
    else if (kind !== '{' && last !== '+' && source[end] === '\n') at++;
    begins = at > end && source[at - 1] === '\n';
  }
};

/** The tokens of a template as Jinja divides it: its line ends are line feeds, its last is none. Throws at what would be parsed otherwise. */
export const tokensOf = (template: string): ReturnType<typeof tokenize> => {
  const source = template.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  const literals = new Literals();
  const tokens = tokenize(`${trimmed(source, literals)}\n`); // which takes the last line end away
  for (const token of tokens) {
    if (token.type === 'StringLiteral') token.value = literals.nextText();
    else if (token.type === 'NumericLiteral') token.value = token.value.replace('0', literals.nextNumber());
  }
  checkSyntax(tokens);
  return tokens;
};
