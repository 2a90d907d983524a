import type { ChosenStage } from '../plugin/container.ts';
import { capabilitiesOf } from '../plugin/registry.ts';
import { validate } from '../settings/validate.ts';
import { type OptionFault, show } from '../settings/wording.ts';
import { type Capabilities, formsInWords, takesSome } from '../stages/capabilities.ts';
import type { Chooser, Path, Report } from './choose.ts';

/** Whether a sampler takes what a decoder predicts; where single settings stand in the way, each is told to `idle`, and the sampler without them is answered. `pathOf`: where a setting stands. */
export const withoutUnusable = (
  sample: ChosenStage,
  decode: ChosenStage | undefined,
  written: Readonly<Record<string, unknown>>,
  pathOf: (key: string) => Path,
  chooser: Chooser,
  idle: Report,
  report: Report,
): ChosenStage | undefined => {
  const gives = chooser.capabilities(decode)?.predictions;
  const takes = chooser.capabilities(sample)?.predictions;
  const fits = (takes: Capabilities['predictions']): boolean => takesSome(takes, gives);
  if (fits(takes)) return sample;
  const under = (settings: object): ChosenStage | undefined => chooser.again(sample, settings);
  const culprits = Object.keys(written).filter((key) => {
    const alone = under({ [key]: written[key] });
    return alone && !fits(chooser.capabilities(alone)?.predictions);
  });
  const left = under(Object.fromEntries(Object.entries(written).filter(([key]) => !culprits.includes(key))));
  if (culprits.length === 0 || !left || !fits(chooser.capabilities(left)?.predictions)) {
    report({
      path: ['stages', 'sample'],
      message: `"${sample.name}" samples ${formsInWords(takes) || 'nothing under these settings'}, and "${decode!.name}" predicts ${formsInWords(gives)}; choose another sampler.`,
    });
    return undefined;
  }
  for (const key of culprits) idle(cannot(key, decode!, pathOf(key)));
  return left;
};

const cannot = (key: string, decode: ChosenStage, path: Path): OptionFault => ({
  path,
  atKey: true,
  message: `"${key}" cannot be used with "${decode.name}", which predicts ${formsInWords(capabilitiesOf(decode, decode.settings).predictions)}; leave it out.`,
});

/** A sampler with some of its settings replaced, and what is wrong with that; paths begin at the setting. */
export const replaced = (
  sample: ChosenStage,
  told: Readonly<Record<string, unknown>>,
): { readonly sample: ChosenStage; readonly faults: OptionFault[] } => {
  const { definition } = sample;
  const faults: OptionFault[] = [];
  const settings: Record<string, unknown> = structuredClone(sample.settings as object) as Record<string, unknown>;
  for (const [key, value] of Object.entries(told))
    if (isJson(value)) settings[key] = structuredClone(value);
    else faults.push({ path: [key], message: `"${key}" must be JSON, not ${show(value)}.` });
  const schema = definition.options;
  if (schema) faults.push(...validate(schema, settings));
  if (faults.length === 0)
    for (const { path, message } of definition.conflicts?.(settings as never, undefined as never) ?? [])
      faults.push({ path: path.slice(1), message });
  return { sample: { ...sample, settings }, faults };
};

/** Whether a value could stand in a file; no number does that is infinite. */
const isJson = (value: unknown): boolean => {
  let all = true;
  const look = (_: string, one: unknown): unknown => {
    all &&= typeof one === 'number' ? Number.isFinite(one) : !['function', 'symbol', 'bigint'].includes(typeof one);
    return all ? one : undefined;
  };
  try {
    JSON.stringify(value, look);
    return all;
  } catch {
    return false; // it holds itself
  }
};

/** Settings of a request that a backend cannot use, each by itself or, where none is at fault alone, together. */
export const unusableSettings = (
  sample: ChosenStage,
  decode: ChosenStage,
  told: Readonly<Record<string, unknown>>,
): readonly OptionFault[] => {
  const { predictions: gives, extras: has = [] } = capabilitiesOf(decode, decode.settings);
  const misfit = (settings: Readonly<Record<string, unknown>>): ((key: string) => OptionFault) | undefined => {
    const { sample: one, faults } = replaced(sample, settings);
    if (faults.length > 0) return undefined;
    const { predictions: takes, extras = [] } = capabilitiesOf(one, one.settings);
    if (!takesSome(takes, gives)) return (key) => cannot(key, decode, [key]);
    const lacks = extras.find((extra) => !has.includes(extra));
    const why = `needs ${lacks}, which "${decode.name}" does not give; leave it out.`;
    return lacks && ((key) => ({ path: [key], atKey: true, message: `"${key}" ${why}` }));
  };
  const together = misfit(told);
  if (!together) return [];
  const alone = Object.entries(told).flatMap(([key, value]) => misfit({ [key]: value })?.(key) ?? []);
  return alone.length > 0 ? alone : Object.keys(told).map(together);
};
