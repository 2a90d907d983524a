import { defineErrors } from '../../core/declaring.ts';

/** What can go wrong with autoencoders. */
export const errors = defineErrors({
  VAE_UNTRAINED: () => 'This autoencoder has learned nothing yet. Train the pipeline, or open a trained model.',
  VAE_NO_LENGTH: () =>
    'An autoencoder reads rows of one length, and the tokenizer does not say which: give "length" in its settings, the most tokens of a row, stop included.',
  VAE_LENGTH_KNOWN: (asked: number, known: number) =>
    `"length" is ${asked}, and every row of this tokenizer has ${known} tokens. Leave "length" out.`,
  VAE_NETWORK: (network: string, shape: readonly number[] | undefined) =>
    `"network" is "${network}", and rows here are ${shape ? `pictures of ${shape.join('×')}` : 'sequences without height and width'}; choose ${shape ? '"dense" or "conv"' : '"dense" or "conv1d"'}.`,
  VAE_TOO_SMALL: (network: string, layers: number, size: readonly number[]) =>
    `"${network}" halves rows of ${size.join('×')} ${layers} times, and nothing is left. Give fewer "layers", or larger rows.`,
  VAE_ORDERLESS: (what: string) =>
    `${what} treats ids as levels in order, and the ids of this tokenizer are not. Choose another, or a tokenizer of pictures.`,
  VAE_ROW_LENGTH: (found: number, length: number) =>
    `A row has ${found} tokens, and this autoencoder reads rows of ${length}. Rows of one model all have one length: resize, pad or cut them.`,
  VAE_ROW_TOO_LONG: (found: number, length: number) =>
    `A row has ${found} tokens, stop included, and this autoencoder reads at most ${length}. Raise "length" and train again, or cut the row.`,
  VAE_ID: (id: number, levels: number) =>
    `A row holds the id ${id}, and ids go from 0 to ${levels - 1}. The data belongs to another tokenizer.`,
  VAE_NO_LABEL: () =>
    'This autoencoder is conditional, and a row comes without what it is conditioned on. Give it: "given" in data.rows, --given, or { given }.',
  VAE_LABEL: (id: number, classes: number) => `A row is conditioned on the id ${id}, and ids go from 0 to ${classes - 1}.`,
  VAE_ONE_ROW: () => 'There is one row to learn from, and a code tells rows apart. Give at least two.',
  VAE_ALL_EQUAL: () => 'All rows to learn from are equal (all black, perhaps), so there is nothing to tell apart. Look at the data.',
  VAE_NO_PRIOR: () =>
    'A plain autoencoder has no prior to draw codes from, so it cannot invent rows. Set "family" to "vae"; or fit a Gaussian to its codes: { "use": "autoencoder", "with": { "prior": "gaussian" } }; or give a prompt.',
  VAE_NEEDS_PROMPTS: (task: string, least: number, found: number) =>
    `"${task}" needs ${least === 1 ? 'a prompt' : `at least ${least} prompts`}, and was given ${found}; give them: --prompt A --prompt B.`,
  VAE_TASK: (task: string, setting: string, expects: string, found: unknown) =>
    `"${setting}" of the task "${task}" must be ${expects}, not ${JSON.stringify(found) ?? 'nothing'}.`,
  VAE_TASK_SETTING: (task: string, setting: string, known: readonly string[]) =>
    `The task "${task}" has no setting "${setting}"; ${known.length > 0 ? `known are ${known.join(', ')}.` : 'it takes none.'}`,
  VAE_COLLAPSED: (active: number, latent: number) =>
    `Only ${active} of ${latent} latent units are active: the decoder leaves the rest unused (posterior collapse). Raise "annealing" or "free_bits", lower "beta", or take a smaller "latent".`,
  VAE_FILE: (path: string, what: string) => `${path} is not the autoencoder that was expected: ${what}. Train the model again.`,
  VAE_MISMATCH: (path: string, what: string, found: string, asked: string) =>
    `${path} was trained with another ${what}: ${found}, where ${asked} is wanted. Train again, or restore the setting.`,
  VAE_CODES_FILE: (path: string) => `"${path}" cannot hold codes; end its name in .npy or .jsonl.`,
});
