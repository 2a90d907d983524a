import type { Static } from 'typebox';
import type { Writer } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';
import type { JsonlOptions } from './options.ts';

/** Each text as an object on a line: `{"text": "…"}`. */
export class JsonlWriter implements Writer {
  readonly extensions = ['.jsonl', '.ndjson'];
  readonly #field: string;

  constructor({ tokens }: Static<typeof JsonlOptions>) {
    this.#field = tokens;
  }

  async *write(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
    for await (const item of items) {
      if (typeof item !== 'string') throw errors.TEXT_NOT_TEXT('jsonl', kindOf(item));
      yield Buffer.from(`{${JSON.stringify(this.#field)}:${JSON.stringify(item)}}\n`);
    }
  }
}
