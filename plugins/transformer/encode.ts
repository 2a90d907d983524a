import type { Batch, Encoder, Tokens } from '../../core/index.ts';
import type { TransformerModel } from './model.ts';
import type { Read } from './read.ts';

/** Takes the ids along: they become vectors in the thread that reads. */
export class TransformerEncoder implements Encoder<Read> {
  readonly context?: number;
  readonly start?: number;
  readonly stop?: readonly number[];

  constructor({ context, told }: TransformerModel) {
    if (context !== undefined) this.context = context;
    if (told.start !== undefined) this.start = told.start;
    if (told.stop.length > 0) this.stop = told.stop;
  }

  encode(fresh: Batch<Tokens>): Read {
    return { fresh };
  }
}
