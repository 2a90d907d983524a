import type { Static } from 'typebox';
import type { Declares, Prediction } from '../../core/index.ts';
import type { GreedyOptions, SamplingOptions } from './options.ts';

type Settings = Static<typeof SamplingOptions>;
type Form = Pick<Prediction, 'kind' | 'extent'>;

/** Whether a form has ids that a row may hold already. */
export const repeats = ({ kind, extent }: Form): boolean => kind === 'categorical' && extent !== 'whole';

/** The first setting that means nothing for a form of prediction; undefined where all can be used. */
export const unusable = (settings: Settings, form: Form): keyof Settings | undefined => {
  const { kind } = form;
  if (settings.repetition_penalty !== 1 && !repeats(form)) return 'repetition_penalty';
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

const formOf = (form: (typeof FORMS)[number]): Form => {
  const [kind, extent] = form.split(' ') as [Form['kind'], Form['extent']];
  return { kind, extent };
};

/** What the sampler takes, with settings that mean something for it. */
export const usable = (settings: Settings): Declares => ({
  about: 'Draws by chance, with temperature, top-k, top-p, min-p and a penalty for repetition.',
  predictions: FORMS.filter((form) => unusable(settings, formOf(form)) === undefined),
});

/** What the sampler of the likeliest takes: everything, unless repetition has a price. */
export const greedily = ({ repetition_penalty }: Static<typeof GreedyOptions>): Declares => ({
  about: 'Always the likeliest id, with a penalty for repetition.',
  predictions: FORMS.filter((form) => repetition_penalty === 1 || repeats(formOf(form))),
});
