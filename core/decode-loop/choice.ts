import type { Prediction } from '../data/prediction.ts';
import { vocabularyOf } from '../data/prediction.ts';
import { EMPTY } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import { show } from '../settings/wording.ts';
import type { Choice } from '../stages/sample.ts';
import { strangerIn } from './stranger.ts';

/** Throws WRONG_SHAPE, naming the sampler, where a choice has not the promised shape. */
export const checkChoice = (choice: Choice, { counts, extent }: Prediction, name = 'sampler'): void => {
  const fault = (what: string): Error => errors.WRONG_SHAPE('sample', name, what);
  if (typeof choice !== 'object' || choice === null) throw fault(`${show(choice)}, where { inputIds } is due`);
  const { inputIds, parents, rollback, emitted } = choice;
  if (!Array.isArray(inputIds)) throw fault(`"inputIds" is ${show(inputIds)}, and must list an Int32Array a row`);
  if (parents ? parents.length !== inputIds.length : inputIds.length !== counts.length)
    throw fault(`${inputIds.length} rows go on from ${parents?.length ?? counts.length}`);
  if (rollback && rollback.length !== inputIds.length)
    throw fault(`${rollback.length} numbers of tokens taken back for ${inputIds.length} rows`);
  for (let i = 0; i < inputIds.length; i++) {
    const parent = parents?.[i] ?? i;
    const taken = rollback?.[i] ?? 0;
    if (!(inputIds[i] instanceof Int32Array)) throw fault(`the tokens of row ${i} are no Int32Array`);
    if (!(Number.isInteger(parent) && parent >= 0 && parent < counts.length))
      throw fault(`row ${i} continues row ${parent} of ${counts.length}`);
    if (taken !== 0 && (extent === 'whole' || !(Number.isInteger(taken) && taken > 0 && taken <= counts[parent]!)))
      throw fault(`row ${i} takes back ${taken} tokens of ${counts[parent]} predicted`);
  }
  if (emitted !== undefined && !(emitted instanceof Int32Array)) throw fault(`"emitted" is ${show(emitted)}, and must be an Int32Array`);
};

/** Throws WRONG_SHAPE where a choice holds an id that is none of those predicted. */
export const checkIds = ({ inputIds, emitted }: Choice, prediction: Prediction, name: string): void => {
  const width = widthOf(prediction);
  for (let i = 0; i <= inputIds.length; i++) {
    const strange = strangerIn(inputIds[i] ?? emitted ?? EMPTY, width);
    if (strange === undefined) continue;
    const who = i < inputIds.length ? `row ${i} reads` : 'it emits';
    throw errors.WRONG_SHAPE('sample', name, `${who} the id ${strange}, and those predicted go from 0 to ${width - 1}`);
  }
};

/** Throws WRONG_SHAPE after a step that leaves everything as it was, since all that follow could do the same. */
export const checkProgress = ({ inputIds, rollback, emitted, done }: Choice, { extent }: Prediction, name: string): void => {
  if (done || extent === 'whole' || (emitted ?? inputIds[0] ?? EMPTY).length > 0) return;
  for (let i = 0; i < inputIds.length; i++) if (inputIds[i]!.length > 0 || (rollback?.[i] ?? 0) > 0) return;
  throw errors.WRONG_SHAPE('sample', name, 'no row reads on, nothing is emitted, and it is not "done"');
};

/** How many ids a prediction ranges over; of a sample without a distribution nobody says. */
const widthOf = (prediction: Prediction): number => {
  if (prediction.kind === 'categorical') return vocabularyOf(prediction.logits);
  return prediction.kind === 'logistic' ? prediction.levels : Number.POSITIVE_INFINITY;
};
