import type { Batch, Encoder, Tokens } from '../../core/index.ts';
import type { TransformerModel } from './model.ts';
import type { Read } from './read.ts';

/** Takes the ids along: they become vectors in the thread that reads. */
export class TransformerEncoder implements Encoder<Read> {
  readonly context?: number;

  constructor({ context }: TransformerModel) {
    if (context !== undefined) this.context = context;
  }

  encode(fresh: Batch<Tokens>): Read {
    return { fresh };
  }
}
