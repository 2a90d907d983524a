import { type Declares, definePlugin, type Item, KEPT, options, provide, TOKENIZER } from '../../core/index.ts';
import { Classes } from './classes.ts';
import { Distances } from './distances.ts';
import { Features } from './features.ts';
import { Memorisation } from './memorisation.ts';
import { ClassesOptions, DistancesOptions, type FeaturesOption, MemorisationOptions } from './options.ts';

/** A classifier learns from the training rows, so that they are read too. */
const declares =
  (...items: Item['kind'][]) =>
  ({ features }: { readonly features: FeaturesOption }): Declares => ({
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
      distances: provide([options(DistancesOptions), TOKENIZER, KEPT], (settings, tokenizer, kept) => {
        return new Distances(settings, new Features(settings.features, tokenizer, kept));
      }),
      classes: provide([options(ClassesOptions), TOKENIZER, KEPT], (settings, tokenizer, kept) => {
        return new Classes(settings, new Features(settings.features, tokenizer, kept));
      }),
      memorisation: provide([options(MemorisationOptions), TOKENIZER, KEPT], (settings, tokenizer, kept) => {
        return new Memorisation(settings, new Features(settings.features, tokenizer, kept));
      }),
    },
  },
  options: { distances: DistancesOptions, classes: ClassesOptions, memorisation: MemorisationOptions },
  declares: {
    distances: declares('generated', 'real'),
    classes: declares('generated', 'real'),
    memorisation: declares('generated', 'real', 'training'),
  },
});
