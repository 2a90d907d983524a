import { BASE, type Capabilities, definePlugin, evaluator, type Item, KEPT, TOKENIZER, type Tokenizer } from '../../core/declaring.ts';
import { ClassesOptions, DistancesOptions, type FeaturesOption, MemorisationOptions } from './options.ts';

/** A classifier learns from the training rows, so that they are read too. */
const reading =
  (...items: Item['kind'][]) =>
  ({ features }: { readonly features: FeaturesOption }): Capabilities => ({
    items: features === 'classifier' && !items.includes('training') ? [...items, 'training'] : items,
    extras: ['shape'],
    named: true,
  });

const needs = { tokenizer: TOKENIZER, base: BASE, kept: KEPT };

interface Given {
  readonly options: { readonly features: FeaturesOption };
  readonly tokenizer: Tokenizer;
  readonly base: string;
  readonly kept: string;
}

const featuresOf = async ({ options, tokenizer, base, kept }: Given) =>
  new (await import('./features.ts')).Features(options.features, tokenizer, { base, kept });

export default definePlugin({
  name: 'distances',
  contract: 2,
  about: 'How far generated pictures are from real ones: FID, KID, precision and recall, density and coverage, classes, copies.',
  stages: [
    evaluator({
      name: 'distances',
      about: 'FID, KID, precision and recall, density and coverage of what is generated.',
      options: DistancesOptions,
      capabilities: reading('generated', 'real'),
      needs,
      make: async (given) => new (await import('./distances.ts')).Distances(given.options, await featuresOf(given)),
    }),
    evaluator({
      name: 'classes',
      about: 'Which classes are generated, by a classifier: Inception Score, modes, labels obeyed.',
      options: ClassesOptions,
      capabilities: reading('generated', 'real'),
      needs,
      make: async (given) => new (await import('./classes.ts')).Classes(given.options, await featuresOf(given)),
    }),
    evaluator({
      name: 'memorisation',
      about: 'Whether what is generated lies nearer to what was learned from than to what was held out.',
      options: MemorisationOptions,
      capabilities: reading('generated', 'real', 'training'),
      needs,
      make: async (given) => new (await import('./memorisation.ts')).Memorisation(given.options, await featuresOf(given)),
    }),
  ],
});
