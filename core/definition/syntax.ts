import { type ParseError, printParseErrorCode } from 'jsonc-parser';

/** What a parser found wrong with a text of JSON, in sentences, and whether its value can be told nevertheless: behind its end, at a comma too many, at a comment. */
export const syntaxFaults = (
  text: string,
  end: number | undefined,
  problems: readonly ParseError[],
): { readonly found: readonly { offset: number; message: string }[]; readonly whole: boolean } => {
  const found: { offset: number; message: string }[] = [];
  let whole = end !== undefined;
  for (const { error, offset } of problems.slice(0, MOST)) {
    const code = printParseErrorCode(error);
    if (code === 'InvalidCommentToken') {
      found.push({ offset, message: SENTENCES[code]! });
      continue;
    }
    if (whole && offset >= end! && (code === 'EndOfFileExpected' || !code.endsWith('Expected'))) {
      found.push({ offset, message: BEHIND });
      break; // all that follows is text behind the end
    }
    const comma = (code === 'PropertyNameExpected' || code === 'ValueExpected') && text.slice(0, offset).trimEnd().endsWith(',');
    whole &&= comma && '}]'.includes(text[offset] ?? '');
    found.push({ offset, message: comma && whole ? COMMA : (SENTENCES[code] ?? 'is not JSON.') });
  }
  return { found, whole };
};

/** After so many the rest is noise. */
const MOST = 20;

const BEHIND = 'is not JSON: the pipeline ended before this; leave the rest out.';
const COMMA = 'is not JSON: there is a comma too many before this.';

const SENTENCES: Readonly<Record<string, string>> = {
  InvalidSymbol: 'is not JSON: this is no value; texts stand in "double quotes".',
  InvalidNumberFormat: 'is not JSON: this is no number.',
  PropertyNameExpected: 'is not JSON: a key in "double quotes" is expected here.',
  ValueExpected: 'is not JSON: a value is expected here.',
  ColonExpected: 'is not JSON: a colon is expected here, between key and value.',
  CommaExpected: 'is not JSON: a comma is expected before this.',
  CloseBraceExpected: 'is not JSON: a closing "}" is expected here.',
  CloseBracketExpected: 'is not JSON: a closing "]" is expected here.',
  InvalidCommentToken: 'is not JSON: there are no comments in JSON; leave it out.',
  UnexpectedEndOfComment: 'is not JSON: a comment does not end.',
  UnexpectedEndOfString: 'is not JSON: a text does not end in its line.',
  UnexpectedEndOfNumber: 'is not JSON: a number does not end.',
  InvalidUnicode: 'is not JSON: \\u wants four hexadecimal digits.',
  InvalidEscapeCharacter: 'is not JSON: no such escape; write \\\\ for a backslash.',
  InvalidCharacter: 'is not JSON: control characters are written as escapes.',
};
