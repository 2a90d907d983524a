import { defineErrors } from '../../core/declaring.ts';

/** What can go wrong when something is to be chosen. */
export const errors = defineErrors({
  SAMPLING_NO_CHOICE: (sampler: string, row: number, position: number, what: string) =>
    `"${sampler}" cannot choose at position ${position} of row ${row}: ${what}. The model is broken there; train it again, with a lower learning rate if it was one.`,
  SAMPLING_SETTING_UNUSABLE: (sampler: string, setting: string, kind: string) =>
    `"${setting}" cannot be used with a backend that predicts "${kind}". Leave it out of the settings of "${sampler}".`,
});
