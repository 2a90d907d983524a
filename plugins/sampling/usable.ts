import type { Static } from 'typebox';
import type { Capabilities, PredictionForm } from '../../core/declaring.ts';
import type { GreedyOptions, SamplingOptions } from './options.ts';

type Settings = Static<typeof SamplingOptions>;

/** Settings under which nothing is filtered. */
export const PLAIN: Settings = { temperature: 1, top_k: 0, top_p: 1, min_p: 0, repetition_penalty: 1 };

/** What processes logits wherever they stand. */
export const LOGITS: Capabilities = {
  predictions: [
    { kind: 'categorical', extent: 'next' },
    { kind: 'categorical', extent: 'whole' },
  ],
};

/** Whether a form has ids that a row may hold already. */
export const repeats = ({ kind, extent }: PredictionForm): boolean => kind === 'categorical' && extent !== 'whole';

/** The first setting that means nothing for a form of prediction; undefined where all can be used. */
export const unusable = (settings: Settings, form: PredictionForm): keyof Settings | undefined => {
  const { kind } = form;
  if (settings.repetition_penalty !== 1 && !repeats(form)) return 'repetition_penalty';
  if (kind === 'categorical') return undefined;
  if (settings.top_k > 0) return 'top_k';
  if (settings.top_p < 1) return 'top_p';
  if (settings.min_p > 0) return 'min_p';
  return kind === 'point' && settings.temperature !== 1 ? 'temperature' : undefined;
};

const FORMS: readonly PredictionForm[] = (['categorical', 'logistic', 'point'] as const).flatMap((kind) =>
  (['next', 'whole'] as const).map((extent) => ({ kind, extent })),
);

/** What the sampler takes, with settings that mean something for it. */
export const usable = (settings: Settings): Capabilities => ({
  predictions: FORMS.filter((form) => unusable(settings, form) === undefined),
});

/** What the sampler of the likeliest takes: everything, unless repetition has a price. */
export const greedily = ({ repetition_penalty }: Static<typeof GreedyOptions>): Capabilities => ({
  predictions: FORMS.filter((form) => repetition_penalty === 1 || repeats(form)),
});
