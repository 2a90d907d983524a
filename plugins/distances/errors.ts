import { defineErrors } from '../../core/declaring.ts';

/** What can go wrong with distances between sets of rows. */
export const errors = defineErrors({
  DISTANCE_SHAPE: (who: string, found: string) =>
    `"${who}" measures rows of one shape, and the tokenizer's have ${found}. Use a tokenizer with a shape, such as "pixels".`,
  DISTANCE_ROW: (length: number, expected: number) =>
    `A row of ${expected} values was expected, and one of ${length} was found. Generate whole rows: raise max_new_tokens, or leave it out.`,
  DISTANCE_EMPTY: (which: string) =>
    `There are no ${which} rows to measure. ${which === 'real' ? 'Hold some out: "data": { "valid": … }.' : 'Raise "evaluate": { "samples": … }.'}`,
  DISTANCE_TOO_FEW: (measure: string, which: string, found: number, least: number) =>
    `${measure} needs at least ${least} ${which} rows, and there are ${found}. ${which === 'generated' ? `Set "evaluate": { "samples": ${least} } or more` : 'Hold more out'}, choose features of a smaller width, or leave it out of "measures".`,
  DISTANCE_CONSTANT: (count: number) =>
    `All ${count} real rows have the same features, so that no distance to them says anything. Look at the held-out data, or take other features.`,
  DISTANCE_NETWORK: (path: string, what: string) =>
    `The network ${path} cannot tell features of these rows: ${what}. It takes floats [batch, channels, height, width] or [batch, values] and answers floats [batch, features].`,
  DISTANCE_NO_LOGITS: (path: string) =>
    `Classes are told by logits, and of the network ${path} no such output was named. Set "logits" in "features", or take "features": "classifier".`,
  DISTANCE_NO_LABELS: (found: number, all: number) =>
    `A classifier is trained on labelled rows, and ${found} of the ${all} rows learned from have a label. Use labelled data, or other "features".`,
  DISTANCE_ONE_CLASS: (label: number) =>
    `A classifier is trained on rows of several labels, and all rows have the label ${label}. Use other data, or other "features".`,
  DISTANCE_LABEL: (label: number, classes: number) =>
    `A row has the label ${label}, and there are ${classes} classes, counted from 0. Use the network that belongs to these labels.`,
  DISTANCE_THREAD: (why: string) =>
    `The thread that measures ended early: ${why}. It may have run out of memory: measure fewer rows, or features of a smaller width.`,
});
