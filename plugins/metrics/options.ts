import { Type } from '../../core/declaring.ts';

/** Settings of the evaluator `diversity`. */
export const DiversityOptions = Type.Object(
  {
    n: Type.Integer({
      minimum: 1,
      maximum: 8,
      default: 4,
      description: 'The longest n-grams that are looked at: distinct_1 to distinct_n, and self-BLEU up to n.',
      examples: [3],
    }),
    self_bleu_rows: Type.Integer({
      minimum: 0,
      default: 500,
      description: 'Self-BLEU is taken over so many of the generated rows at most, chosen by their hash; 0: not at all.',
      examples: [200],
    }),
  },
  { additionalProperties: false },
);
