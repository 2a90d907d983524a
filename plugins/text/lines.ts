import type { Source } from '../../core/index.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { errors } from './errors.ts';

/** A line of a file, and its number from 1. */
export interface Line {
  readonly text: string;
  readonly line: number;
}

/** A file's lines without their ends, but not those of white space alone; throws where one is longer than `limit` characters. */
export async function* lines(source: Source, limit = LONGEST): AsyncGenerator<Line, void> {
  let parts: string[] = [];
  let length = 0;
  let line = 1;
  const add = (part: string): void => {
    length += part.length;
    if (length > limit) throw errors.TEXT_ROW_TOO_LONG({ file: source.name, line }, limit);
    parts.push(part);
  };
  const take = (): string => {
    const text = parts.length === 1 ? parts[0]! : parts.join('');
    parts = [];
    length = 0;
    return text;
  };
  for await (const text of decodeUtf8(source)) {
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      add(text.slice(at, end));
      const whole = take();
      if (/\S/.test(whole)) yield { text: whole, line };
      line++;
      at = end + 1;
    }
    if (at < text.length) add(text.slice(at));
  }
  const rest = take();
  if (/\S/.test(rest)) yield { text: rest, line };
}

/** The most characters of a row: half of what a string of V8 can hold. */
export const LONGEST = 1 << 28;
