import type { Static } from 'typebox';
import type { Terminal, Writer } from '../../core/index.ts';
import { halfBlocks } from './half-blocks.ts';
import { type Image, isImage } from './image.ts';
import type { GridOptions } from './options.ts';
import { encodePng } from './sharp.ts';
import { gather, layOut } from './sheet.ts';

/** A contact sheet: all pictures in rows, as one PNG. */
export class GridWriter implements Writer {
  readonly #settings: Static<typeof GridOptions>;

  constructor(settings: Static<typeof GridOptions>) {
    this.#settings = settings;
  }

  async *write(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
    const images = await gather(items, 'grid');
    const { columns = Math.ceil(Math.sqrt(images.length)), ...rest } = this.#settings;
    yield await encodePng(layOut(images, { columns, ...rest }));
  }

  preview(items: readonly unknown[], terminal: Terminal): string {
    return halfBlocks(items.filter(isImage) as Image[], terminal);
  }
}
