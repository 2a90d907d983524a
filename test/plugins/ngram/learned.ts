import { type Batch, logitsAt, type Tokenizer } from '../../../core/index.ts';
import { NgramAttention } from '../../../plugins/ngram/attend.ts';
import { Counts } from '../../../plugins/ngram/counting/counts.ts';
import { estimate } from '../../../plugins/ngram/counting/estimate.ts';
import { NgramDecoder } from '../../../plugins/ngram/decode.ts';
import { NgramModel } from '../../../plugins/ngram/model.ts';

/** What a model needs to know of a tokenizer; it is asked for nothing else. */
export const idsOf = (vocabulary: number, start?: number | null, stop?: number | null): Tokenizer =>
  ({ vocabulary, fingerprint: `ids-${vocabulary}`, ...(start != null && { start }), ...(stop != null && { stop }) }) as Tokenizer;

/** A model that has learned these rows, without a thread. */
export const learned = (
  options: ConstructorParameters<typeof NgramModel>[0],
  tokenizer: Tokenizer,
  rows: Batch<ArrayLike<number>>,
): NgramModel => {
  const model = new NgramModel(options, tokenizer);
  const counts = new Counts(options.order, model.identity);
  for (const row of rows) counts.read(Int32Array.from(row));
  model.learn(estimate(counts, model.identity, () => undefined));
  return model;
};

/** The probabilities of all ids after a history, from full rows of logits; not normalised. */
export const probabilities = (model: NgramModel, history: ArrayLike<number>, dense = true): Float64Array => {
  const { hidden } = new NgramAttention(model).attend([Int32Array.from(history)], [undefined]);
  return Float64Array.from(logitsOf(new NgramDecoder(model, dense).decode(hidden, [1]))[0]!, Math.exp);
};

/** Every position's full row of logits. */
export const logitsOf = (prediction: ReturnType<NgramDecoder['decode']>): Float32Array[] => {
  if (prediction.kind !== 'categorical') throw new Error('an n-gram predicts categories');
  const { counts, logits } = prediction;
  return Array.from({ length: counts.reduce((sum, count) => sum + count, 0) }, (_, position) => logitsAt(logits, position));
};
