import type { Static } from 'typebox';
import type { Declares, Prediction } from '../../core/index.ts';
import type { SamplingOptions } from './options.ts';

type Settings = Static<typeof SamplingOptions>;
type Form = Pick<Prediction, 'kind' | 'extent'>;

/** The first setting that means nothing for a form of prediction; undefined where all can be used. */
export const unusable = (settings: Settings, { kind, extent }: Form): keyof Settings | undefined => {
  if (settings.repetition_penalty !== 1 && (kind !== 'categorical' || extent === 'whole')) return 'repetition_penalty';
  if (kind === 'categorical') return undefined;
  if (settings.top_k > 0) return 'top_k';
  if (settings.top_p < 1) return 'top_p';
  if (settings.min_p > 0) return 'min_p';
  return kind === 'point' && settings.temperature !== 1 ? 'temperature' : undefined;
};

const FORMS = [
  'categorical next',
  'categorical whole',
  'logistic next',
  'logistic whole',
  'point next',
  'point whole',
] as const satisfies Declares['predictions'];

/** What the sampler takes, with settings that mean something for it. */
export const usable = (settings: Settings): Declares => ({
  about: 'Draws by chance, with temperature, top-k, top-p, min-p and a penalty for repetition.',
  predictions: FORMS.filter((form) => {
    const [kind, extent] = form.split(' ') as [Form['kind'], Form['extent']];
    return unusable(settings, { kind, extent }) === undefined;
  }),
});

/** What a sampler without settings takes: everything. */
export const ALL: Declares = { about: 'Always the likeliest id.', predictions: FORMS };
