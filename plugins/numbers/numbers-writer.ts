import type { Writer } from '../../core/index.ts';
import { errors } from './errors.ts';

/** Rows of numbers as lines of CSV, without a header. */
export class NumbersWriter implements Writer {
  async *write(rows: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
    for await (const row of rows) {
      if (!Array.isArray(row)) throw errors.NUMBERS_NOT_WRITTEN(typeof row);
      yield Buffer.from(`${row.join()}\n`);
    }
  }
}
