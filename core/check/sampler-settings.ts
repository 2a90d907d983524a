import type { ChosenStage } from '../plugin/container.ts';
import type { OptionFault } from '../settings/wording.ts';
import type { Chooser, Report } from './choose.ts';

/** Whether a sampler takes what a decoder predicts; where single settings stand in the way, each is told to `idle`, and the sampler without them is answered. */
export const withoutUnusable = (
  sample: ChosenStage,
  decode: ChosenStage | undefined,
  written: Readonly<Record<string, unknown>>,
  chooser: Chooser,
  idle: Report,
  report: Report,
): ChosenStage | undefined => {
  const gives = chooser.declares(decode)?.predictions;
  const takes = chooser.declares(sample)?.predictions;
  const fits = (takes: readonly string[] | undefined): boolean => !takes || !gives || gives.some((one) => takes.includes(one));
  if (fits(takes)) return sample;
  const under = (settings: object): ChosenStage | undefined => chooser.again(sample, settings);
  const culprits = Object.keys(written).filter((key) => {
    const alone = under({ [key]: written[key] });
    return alone && !fits(chooser.declares(alone)?.predictions);
  });
  const left = under(Object.fromEntries(Object.entries(written).filter(([key]) => !culprits.includes(key))));
  if (culprits.length === 0 || !left || !fits(chooser.declares(left)?.predictions)) {
    report({
      path: ['stages', 'sample'],
      message: `"${sample.name}" samples ${takes!.join(', ') || 'nothing under these settings'}, and "${decode!.name}" predicts ${gives!.join(', ')}; choose another sampler.`,
    });
    return undefined;
  }
  for (const key of culprits) idle(cannot(key, decode!, gives!));
  return left;
};

const cannot = (key: string, { name }: ChosenStage, gives: readonly string[]): OptionFault => ({
  path: ['stages', 'sample', 'with', key],
  atKey: true,
  message: `"${key}" cannot be used with "${name}", which predicts ${gives.join(', ')}; leave it out.`,
});
