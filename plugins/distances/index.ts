import { BASE, type Declares, definePlugin, type Item, KEPT, options, provide, TOKENIZER, type Tokenizer } from '../../core/declaring.ts';
import { ClassesOptions, DistancesOptions, type FeaturesOption, MemorisationOptions } from './options.ts';

/** A classifier learns from the training rows, so that they are read too. */
const declares =
  (about: string, ...items: Item['kind'][]) =>
  ({ features }: { readonly features: FeaturesOption }): Declares => ({
    about,
    items: features === 'classifier' && !items.includes('training') ? [...items, 'training'] : items,
    extras: ['shape'],
    named: true,
  });

const featuresOf = async ({ features }: { readonly features: FeaturesOption }, tokenizer: Tokenizer, base: string, kept: string) =>
  new (await import('./features.ts')).Features(features, tokenizer, { base, kept });

export default definePlugin({
  name: 'distances',
  contract: 1,
  about: 'How far generated pictures are from real ones: FID, KID, precision and recall, density and coverage, classes, copies.',
  stages: {
    evaluate: {
      distances: provide(
        [options(DistancesOptions), TOKENIZER, BASE, KEPT],
        async (settings, ...given) => new (await import('./distances.ts')).Distances(settings, await featuresOf(settings, ...given)),
      ),
      classes: provide(
        [options(ClassesOptions), TOKENIZER, BASE, KEPT],
        async (settings, ...given) => new (await import('./classes.ts')).Classes(settings, await featuresOf(settings, ...given)),
      ),
      memorisation: provide(
        [options(MemorisationOptions), TOKENIZER, BASE, KEPT],
        async (settings, ...given) => new (await import('./memorisation.ts')).Memorisation(settings, await featuresOf(settings, ...given)),
      ),
    },
  },
  options: { distances: DistancesOptions, classes: ClassesOptions, memorisation: MemorisationOptions },
  declares: {
    distances: declares('FID, KID, precision and recall, density and coverage of what is generated.', 'generated', 'real'),
    classes: declares('Which classes are generated, by a classifier: Inception Score, modes, labels obeyed.', 'generated', 'real'),
    memorisation: declares(
      'Whether what is generated lies nearer to what was learned from than to what was held out.',
      'generated',
      'real',
      'training',
    ),
  },
});
