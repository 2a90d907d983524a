import { resolve } from 'node:path';
import type { Tokenizer } from '../../core/index.ts';
import { learnedClassifier } from './learned-classifier.ts';
import { type Looked, NetworkFeatures } from './network-features.ts';
import type { FeaturesOption } from './options.ts';
import { type Form, formOf, valuesOf, type Waiting, waiting } from './rows.ts';

/** Where a network of the user's is, and where a classifier is kept. */
export interface Folders {
  readonly base: string;
  readonly kept: string;
}

/** What rows are compared by: their values, or what a network says of them. */
export class Features {
  /** Whether rows have to wait until all that is learned from has come. */
  readonly waits: boolean;
  readonly #option: FeaturesOption;
  readonly #tokenizer: Tokenizer;
  readonly #folders: Folders;
  readonly #steps: number;
  #form: Form | undefined;
  #opened: Promise<NetworkFeatures> | undefined;
  /** The classifier that was opened last, and the rows it learned. */
  #learned: { readonly key: string; readonly network: Promise<NetworkFeatures> } | undefined;

  /** A classifier learns for so many steps. */
  constructor(option: FeaturesOption, tokenizer: Tokenizer, folders: Folders, steps = 1000) {
    this.#option = option;
    this.#tokenizer = tokenizer;
    this.#folders = folders;
    this.#steps = steps;
    this.waits = option === 'classifier';
  }

  /** A row, packed until it is looked at. */
  pack({ tokens, given }: { readonly tokens: Int32Array; readonly given?: Int32Array }): Waiting {
    return waiting(this.#known(), tokens, given?.[0]);
  }

  /** The features of rows, and logits where they are known; `training` is what a classifier learns from. */
  async look(rows: readonly Waiting[], training: readonly Waiting[]): Promise<Looked> {
    const form = this.#known();
    if (this.#option === 'values') return { features: { count: rows.length, width: form.size, data: valuesOf(form, rows) } };
    return (await this.#network(training)).look(rows);
  }

  /** Lets go of the networks. */
  async close(): Promise<void> {
    for (const network of [this.#opened, this.#learned?.network]) await (await network?.catch(() => undefined))?.close();
  }

  #network(training: readonly Waiting[]): Promise<NetworkFeatures> {
    const form = this.#known();
    if (typeof this.#option === 'object') {
      this.#opened ??= NetworkFeatures.open({ ...this.#option, network: resolve(this.#folders.base, this.#option.network) }, form);
      return this.#opened;
    }
    const key = `${training.length} ${training.reduce((sum, { hash, label = -1 }) => (sum + Math.imul(hash, 2 * label + 5)) | 0, 0)}`;
    if (this.#learned?.key !== key) {
      const before = this.#learned?.network;
      const classes = this.#tokenizer.given?.vocabulary ?? 0;
      this.#learned = {
        key,
        network: learnedClassifier(training, { classes, form, folder: this.#folders.kept, steps: this.#steps }).then(async (network) => {
          await (await before?.catch(() => undefined))?.close();
          return NetworkFeatures.open({ network, output: 'features', logits: 'logits' }, form);
        }),
      };
    }
    return this.#learned.network;
  }

  #known(): Form {
    this.#form ??= formOf(this.#tokenizer, 'distances');
    return this.#form;
  }
}
