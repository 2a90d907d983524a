import type { Batch, Decoder, Prediction, StepContext, Tokens } from '../../core/index.ts';
import type { TransformerModel } from './model.ts';
import type { Read } from './read.ts';

/** Has the thread do the whole reading, and takes logits or prices from it: one round trip. */
export class TransformerDecoder implements Decoder<Read> {
  readonly #model: TransformerModel;

  constructor(model: TransformerModel) {
    this.#model = model;
  }

  async decode({ fresh, memory, next }: Read, positions: readonly number[], { signal }: StepContext): Promise<Prediction> {
    const { session, vocabulary } = this.#model;
    const parts = fresh.map((tokens, row) => ({ fresh: tokens, memory: memory![row]!, next: next![row]!, positions: positions[row]! }));
    const data = (await session.read(parts, signal)) as Float32Array;
    return { kind: 'categorical', extent: 'next', counts: positions, logits: { dims: [data.length / vocabulary, vocabulary], data } };
  }

  async price({ fresh, memory, next }: Read, targets: Batch<Tokens>, { signal }: StepContext): Promise<Batch<Float64Array>> {
    const parts = fresh.map((tokens, row) => ({
      fresh: tokens,
      memory: memory![row]!,
      next: next![row]!,
      positions: targets[row]!.length,
      targets: targets[row]!,
    }));
    const nats = (await this.#model.session.read(parts, signal)) as Float64Array;
    let at = 0;
    return targets.map(({ length }) => nats.slice(at, (at += length)));
  }
}
