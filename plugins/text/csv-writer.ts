import type { Static } from 'typebox';
import type { Writer } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';
import type { CsvOptions } from './options.ts';

/** A table of one column, or of several, its name in the first line where it has one, fields quoted where they need it (RFC 4180). */
export class CsvWriter implements Writer {
  readonly #columns: Static<typeof CsvOptions>['tokens'];

  constructor({ tokens }: Static<typeof CsvOptions>) {
    this.#columns = tokens;
  }

  async *write(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
    const columns = [this.#columns].flat();
    if (columns.every((column) => typeof column === 'string')) yield Buffer.from(`${columns.map(quoted).join()}\n`);
    for await (const item of items) {
      if (Array.isArray(this.#columns) !== Array.isArray(item) || (!Array.isArray(item) && typeof item !== 'string'))
        throw errors.TEXT_NOT_TEXT('csv', kindOf(item));
      yield Buffer.from(`${([item].flat() as unknown[]).map((field) => quoted(String(field))).join()}\n`);
    }
  }
}

/** A field of nothing or of white space is quoted too: alone on its line it would be a blank line. */
const quoted = (text: string): string => (text.trim() === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
