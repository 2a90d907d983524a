import type { Static } from 'typebox';
import type { Writer } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';
import type { JsonlOptions } from './options.ts';

/** Each text as an object on a line, `{"text": "…"}`, or the several fields of a row as one. */
export class JsonlWriter implements Writer {
  readonly #fields: Static<typeof JsonlOptions>['tokens'];

  constructor({ tokens }: Static<typeof JsonlOptions>) {
    this.#fields = tokens;
  }

  async *write(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
    for await (const item of items) {
      if (Array.isArray(this.#fields) !== Array.isArray(item) || (!Array.isArray(item) && typeof item !== 'string'))
        throw errors.TEXT_NOT_TEXT('jsonl', kindOf(item));
      const values = [item].flat() as unknown[];
      const pairs = [this.#fields].flat().map((name, at) => `${JSON.stringify(name)}:${JSON.stringify(values[at] ?? null)}`);
      yield Buffer.from(`{${pairs.join(',')}}\n`);
    }
  }
}
