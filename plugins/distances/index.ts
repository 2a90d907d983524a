import { BASE, type Declares, definePlugin, type Item, KEPT, options, provide, TOKENIZER } from '../../core/index.ts';
import { Classes } from './classes.ts';
import { Distances } from './distances.ts';
import { Features } from './features.ts';
import { Memorisation } from './memorisation.ts';
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

export default definePlugin({
  name: 'distances',
  contract: 1,
  about: 'How far generated pictures are from real ones: FID, KID, precision and recall, density and coverage, classes, copies.',
  stages: {
    evaluate: {
      distances: provide([options(DistancesOptions), TOKENIZER, BASE, KEPT], (settings, tokenizer, base, kept) => {
        return new Distances(settings, new Features(settings.features, tokenizer, { base, kept }));
      }),
      classes: provide([options(ClassesOptions), TOKENIZER, BASE, KEPT], (settings, tokenizer, base, kept) => {
        return new Classes(settings, new Features(settings.features, tokenizer, { base, kept }));
      }),
      memorisation: provide([options(MemorisationOptions), TOKENIZER, BASE, KEPT], (settings, tokenizer, base, kept) => {
        return new Memorisation(settings, new Features(settings.features, tokenizer, { base, kept }));
      }),
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
