import type { Static } from 'typebox';
import type { RawItem, Reader, Source } from '../../core/index.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { lines } from './lines.ts';
import type { TextOptions } from './options.ts';

/** A document longer than this goes on in a further row, so that memory stays bounded whatever a file's size. */
const DOCUMENT = 1 << 25;

/** Any file of text: each line a row, or the whole a row. */
export class TextReader implements Reader {
  readonly #rows: Static<typeof TextOptions>['rows'];
  readonly #longest: number;

  constructor({ rows }: Static<typeof TextOptions>, longest = DOCUMENT) {
    this.#rows = rows;
    this.#longest = longest;
  }

  async *read(source: Source): AsyncGenerator<RawItem, void> {
    if (this.#rows === 'lines') for await (const { text } of lines(source)) yield { raw: text };
    else for await (const raw of documents(source, this.#longest)) yield { raw };
  }
}

/** The file's text, cut after the last line end before `longest` characters; where there is none, between two characters. */
async function* documents(source: Source, longest: number): AsyncGenerator<string, void> {
  let parts: string[] = [];
  let length = 0;
  for await (const part of decodeUtf8(source)) {
    parts.push(part);
    length += part.length;
    while (length > longest) {
      const text = parts.join('');
      const line = text.lastIndexOf('\n', longest - 1) + 1;
      const end = line > 0 ? line : (text.codePointAt(longest - 1) ?? 0) > 0xffff ? longest + 1 : longest;
      yield text.slice(0, end);
      parts = [text.slice(end)];
      length = text.length - end;
    }
  }
  const rest = parts.join('');
  if (/\S/.test(rest)) yield rest;
}
