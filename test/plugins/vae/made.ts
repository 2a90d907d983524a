import type { Static } from 'typebox';
import type { Tokenizer } from '../../../core/index.ts';
import { validate } from '../../../core/settings/validate.ts';
import { VaeOptions, VaeTraining } from '../../../plugins/vae/options.ts';

const filled = <T>(schema: typeof VaeOptions | typeof VaeTraining, given: object): T => {
  const value = structuredClone(given);
  const faults = validate(schema, value);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return value as T;
};

/** Settings with their defaults. */
export const settingsOf = (given: object = {}): Static<typeof VaeOptions> => filled(VaeOptions, given);

/** How to train, with its defaults. */
export const trainingOf = (given: object = {}): Static<typeof VaeTraining> => filled(VaeTraining, given);

/** What a model needs to know of a tokenizer; it is asked for nothing else. */
export const tokenizerOf = ({
  levels,
  shape,
  stop,
  classes,
}: {
  readonly levels: number;
  readonly shape?: readonly number[];
  readonly stop?: number;
  readonly classes?: number;
}): Tokenizer =>
  ({
    vocabulary: levels,
    fingerprint: `ids ${levels}`,
    ...(shape && { shape }),
    ...(stop !== undefined && { stop }),
    ...(classes && { given: { vocabulary: classes } }),
  }) as Tokenizer;
