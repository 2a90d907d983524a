import type { Static } from 'typebox';
import type { Writer } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';
import type { CsvOptions } from './options.ts';

/** A table of one column, its name in the first line where it has one, fields quoted where they need it (RFC 4180). */
export class CsvWriter implements Writer {
  readonly extensions = ['.csv'];
  readonly #column: Static<typeof CsvOptions>['tokens'];

  constructor({ tokens }: Static<typeof CsvOptions>) {
    this.#column = tokens;
  }

  async *write(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
    if (typeof this.#column === 'string') yield Buffer.from(`${quoted(this.#column)}\n`);
    for await (const item of items) {
      if (typeof item !== 'string') throw errors.TEXT_NOT_TEXT('csv', kindOf(item));
      yield Buffer.from(`${quoted(item)}\n`);
    }
  }
}

/** An empty field is quoted too: alone on its line it would be an empty line. */
const quoted = (text: string): string => (text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
