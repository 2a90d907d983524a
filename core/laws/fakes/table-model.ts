import { createRandom } from '../../data/random.ts';
import type { Tokens } from '../../data/tokens.ts';

/** A language model written out: after every context of the last `order` ids, a weight for each next id. */
export interface TableModel {
  readonly vocabulary: number;
  readonly order: number;
  /** [(vocabulary + 1)^order][vocabulary]; a context's place is a number of `order` digits, its oldest id first, where `vocabulary` stands for an id before the row. */
  readonly weights: readonly (readonly number[])[];
}

/** The weights after the first `length` ids of a row. */
export const weightsAfter = ({ vocabulary, order, weights }: TableModel, row: Tokens, length = row.length): readonly number[] => {
  let place = 0;
  for (let at = length - order; at < length; at++) place = place * (vocabulary + 1) + (at < 0 ? vocabulary : row[at]!);
  return weights[place]!;
};

/** The probabilities after a row, by division. */
export const probabilitiesAfter = (model: TableModel, row: Tokens): number[] => {
  const weights = weightsAfter(model, row);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
};

/** A table of random whole weights from 0 to 7, none of whose rows is empty. */
export const randomTable = (vocabulary: number, order: number, seed = 1): TableModel => {
  const random = createRandom(seed);
  const weights = Array.from({ length: (vocabulary + 1) ** order }, () => {
    const row = Array.from({ length: vocabulary }, () => Math.floor(random() * 8));
    row[Math.floor(random() * vocabulary)]! ||= 1;
    return row;
  });
  return { vocabulary, order, weights };
};
