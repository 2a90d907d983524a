import type { Static } from 'typebox';
import type { Writer } from '../../core/index.ts';
import type { StripOptions } from './options.ts';
import { encodePng } from './sharp.ts';
import { gather, layOut } from './sheet.ts';

/** All pictures in one row, as one PNG: the way from one to another. */
export class StripWriter implements Writer {
  readonly #settings: Static<typeof StripOptions>;

  constructor(settings: Static<typeof StripOptions>) {
    this.#settings = settings;
  }

  async *write(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
    const images = await gather(items, 'strip');
    yield await encodePng(layOut(images, { columns: images.length, ...this.#settings }));
  }
}
