import { defineErrors } from '../../core/declaring.ts';

/** Every fault of a GAN, of its data and of its training. */
export const errors = defineErrors({
  GAN_UNTRAINED: () => 'The GAN was asked for a sample, but has learned nothing yet; train it or load it first.',
  GAN_SHAPE: (network: string, wants: string, found: string) =>
    `A "${network}" network needs ${wants}, and the tokenizer's rows are ${found}; choose another "network", or another tokenizer.`,
  GAN_TOO_LARGE: (numbers: number, most: number) =>
    `A row of this GAN would be ${numbers.toLocaleString('en')} numbers, and at most ${most.toLocaleString('en')} are trained; use shorter rows or fewer ids.`,
  GAN_NO_CLASSES: (condition: string) =>
    `"condition": "${condition}" needs to know which labels there are, and the tokenizer does not say; use data with labels and a tokenizer that reads them, or "condition": "none".`,
  GAN_ROW_LENGTH: (found: number, wanted: number, row: string) =>
    `${row} has ${found} tokens, and this GAN makes rows of ${wanted}; raise "length", or leave out rows of other lengths.`,
  GAN_ID: (id: number, levels: number) =>
    `An id from 0 to ${levels - 1} was expected and ${id} was found; use the tokenizer that the model was trained with.`,
  GAN_NO_LABEL: () => 'A conditional GAN was given a row without a label; name the field of the label in "data.rows" as "given".',
  GAN_LABEL: (label: string, classes: number) =>
    `A label from 0 to ${classes - 1} was expected and ${label} was found; mend the data, or use the tokenizer that knows this label.`,
  GAN_PROMPT: () =>
    'A GAN makes rows out of noise and cannot go on from a prompt; leave the prompt out, or give a label to a conditional GAN.',
  GAN_TASK: (task: string, setting: string, found: string, wanted: string) =>
    `The task "${task}" was asked with "${setting}": ${found}; ${wanted}.`,
  GAN_TOO_FEW: (rows: number) => `A GAN learns from at least two rows, and the corpus has ${rows}; give it more.`,
  GAN_CONSTANT: (rows: number) =>
    `All of ${rows} rows that were looked at are the same, so that there is nothing to learn; check the data and how it is read.`,
  GAN_UNBOUNDED: () =>
    'The game "wasserstein" needs a discriminator that is not too steep; set "gradient_penalty": 10 or "clip": 0.01 in "train", or "spectral_norm": true in "with".',
  GAN_DIVERGED: (step: number) =>
    `Training diverged at step ${step}, and no generator before it was worth keeping; lower "learning_rate" and "critic_learning_rate", or add "gradient_penalty" or "r1".`,
  GAN_COLLAPSED: (step: number, what: string) => `Training was stopped at step ${step}: ${what}`,
  GAN_FILE: (name: string, fault: string) => `${name} was to be read as a GAN's network, but ${fault}; write it anew by training.`,
  GAN_MISMATCH: (name: string, what: string, found: string, wanted: string) =>
    `${name} was made with ${what} ${found}, and the pipeline has ${wanted}; train again or restore the setting.`,
  GAN_STOPPED: () => 'A checkpoint was asked of a GAN training that has ended; ask while it is training.',
  GAN_NO_JUDGE: (model: string) => `"${model}" is no GAN, so it has no discriminator to judge with; name the model of a GAN.`,
});
