import { defineErrors } from '../../core/declaring.ts';

/** Every fault of the n-gram backend. */
export const errors = defineErrors({
  NGRAM_UNTRAINED: () => 'The n-gram model was asked to predict, but has learned nothing yet; train it or load it first.',
  NGRAM_EMPTY_CORPUS: () =>
    'An n-gram model needs at least one token to learn from, and the corpus has none; give it rows that are not empty.',
  NGRAM_ID: (id: number, vocabulary: number) =>
    `An id from 0 to ${vocabulary - 1} was expected and ${id} was found; use the tokenizer that the model was trained with.`,
  NGRAM_TOO_LARGE: (order: number) =>
    `The n-grams up to order ${order} of this corpus do not fit into memory; lower "order", shrink the vocabulary, or learn from less.`,
  NGRAM_TOO_OFTEN: (id: number) => `At most ${2 ** 32 - 1} of one token can be counted, and the corpus has more of ${id}; learn from less.`,
  NGRAM_FILE: (name: string, fault: string) => `${name} was to be read as an n-gram file, but ${fault}; write it anew by training.`,
  NGRAM_MISMATCH: (name: string, what: string, found: string, wanted: string) =>
    `${name} was made with ${what} ${found}, and the pipeline has ${wanted}; train again or restore the setting.`,
  NGRAM_STOPPED: () => 'A checkpoint was asked of an n-gram training that has ended; ask while it is counting rows.',
});
