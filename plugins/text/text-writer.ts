import type { Writer } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';

/** Each text on a line of its own; one that has line ends itself spans as many. */
export class TextWriter implements Writer {
  async *write(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
    for await (const item of items) {
      if (typeof item !== 'string') throw errors.TEXT_NOT_TEXT('text', kindOf(item));
      yield Buffer.from(`${item}\n`);
    }
  }
}
