import { isDeepStrictEqual } from 'node:util';
import { GenerateOptions, type OwnOptions } from '../definition/generate-options.ts';
import { besideSampler, samplerSettings } from '../definition/sampler-settings.ts';
import { errors, StagewrightError } from '../errors.ts';
import { capabilitiesOf } from '../plugin/registry.ts';
import { validate } from '../settings/validate.ts';
import { type OptionFault, show } from '../settings/wording.ts';
import { isSignal, noOptions } from './call-options.ts';
import { endingFaults } from './ending-faults.ts';
import type { Resolved } from './resolve.ts';
import { replaced, unusableSettings } from './sampler-settings.ts';

/** All that is wrong with an ask. */
export class InvalidGenerateOptions extends StagewrightError {
  readonly faults: readonly OptionFault[];
  /** `where`: what a fault is said to stand in; absent: the path of the option. */
  constructor(faults: readonly OptionFault[], where: (path: OptionFault['path']) => string = (path) => path.join('.')) {
    super('ASK_INVALID', faults.map(({ path, message }) => `${where(path)} ${message}`.trim()).join('\n'));
    this.faults = faults;
  }
}

/** An ask that can be answered. */
export interface CheckedOptions {
  /** Without what is undefined in it, and without settings of the sampler. */
  readonly own: OwnOptions;
  /** All of the sampler's settings, where the ask has some that the pipeline has not. */
  readonly sampling?: Readonly<Record<string, unknown>>;
}

/** Checks an ask. Throws InvalidGenerateOptions with all its faults, or NO_TASK where that is the only one. */
export const checkGenerateOptions = (resolved: Resolved, ask: unknown): CheckedOptions => {
  const other = noOptions(ask);
  if (other !== undefined) throw new InvalidGenerateOptions([{ path: [], message: `what is asked must be an object, not ${other}.` }]);
  const told = Object.fromEntries(
    Object.entries(ask as object)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]), // whoever asked may change it later
  ) as GenerateOptions;
  const { decode, sample } = resolved;
  const schema = sample.definition.options;
  const shape = validate(besideSampler(GenerateOptions, schema), told);
  const wrong = new Set<unknown>(shape.map(({ path }) => path[0]));
  const settings = Object.fromEntries(Object.entries(samplerSettings(told, schema)).filter(([key]) => !wrong.has(key)));
  const { sample: own, faults: contradictions } = replaced(sample, settings);
  const sound = contradictions.length === 0;
  const { faults: more, noTask } = misfits(sound ? { ...resolved, sample: own } : resolved, told, wrong);
  more.push(...contradictions, ...(sound ? unusableSettings(sample, decode, settings) : []));
  if (shape.length + more.length === 0 && noTask) throw noTask;
  const faults = [...shape, ...more, ...(noTask ? [{ path: ['task', 'name'], message: noTask.message }] : [])];
  if (faults.length > 0) throw new InvalidGenerateOptions(faults);
  return {
    own: Object.fromEntries(Object.entries(told).filter(([key]) => Object.hasOwn(GenerateOptions.properties, key))),
    ...(!isDeepStrictEqual(own.settings, sample.settings) && { sampling: own.settings as Record<string, unknown> }),
  };
};

/** What no schema can say: what the stages of this pipeline cannot be asked for, and what contradicts itself. */
const misfits = (
  resolved: Resolved,
  ask: GenerateOptions,
  wrong: ReadonlySet<unknown>,
): { faults: OptionFault[]; noTask?: StagewrightError } => {
  const { tokenize, decode } = resolved;
  const faults: OptionFault[] = [];
  const { signal, task, given, messages, special_tokens } = ask;
  if (signal !== undefined && !isSignal(signal))
    faults.push({ path: ['signal'], message: `"signal" must be an AbortSignal, not ${show(signal)}.` });
  const begun = (['prompt', 'prompts', 'messages'] as const).filter((key) => ask[key] !== undefined);
  if (begun.length > 1)
    faults.push({
      path: [begun[1]!],
      message: `"${begun[1]}" cannot stand beside "${begun[0]}": a sample begins with one of them; leave one out.`,
    });
  const { raw } = capabilitiesOf(tokenize, tokenize.settings);
  const prompts = wrong.has('prompts') ? [] : Array.from(ask.prompts ?? [], (one, i) => ({ one, path: ['prompts', i] }));
  for (const { one, path } of [...(ask.prompt === undefined ? [] : [{ one: ask.prompt, path: ['prompt'] }]), ...prompts])
    if (raw === 'text' && typeof one !== 'string')
      faults.push({ path, message: `a prompt must be a text, which "${tokenize.name}" spells, not ${show(one)}.` });
  for (const [key, value] of Object.entries({ messages, special_tokens: special_tokens || undefined }))
    if (value !== undefined && raw !== undefined && raw !== 'text')
      faults.push({ path: [key], message: `"${key}" is of text, and "${tokenize.name}" spells ${raw}; leave it out.` });
  if (ask.max_length !== undefined && ask.max_new_tokens !== undefined)
    faults.push({ path: ['max_length'], message: '"max_length" has no effect: "max_new_tokens" wins; leave one out.' });
  const backend = capabilitiesOf(decode, decode.settings);
  const sound = Object.fromEntries(Object.entries(ask).filter(([key]) => !wrong.has(key)));
  const spells = { name: tokenize.name, capabilities: capabilitiesOf(tokenize, tokenize.settings) };
  faults.push(...endingFaults(sound, spells, { name: decode.name, capabilities: backend }, resolved.definition.generate));
  if (given !== undefined && !takesGiven(resolved))
    faults.push({ path: ['given'], message: `"given" has no effect: "${decode.name}" is not conditioned on anything; leave it out.` });
  const { tasks = [] } = backend;
  const unknown = typeof task?.name === 'string' && task.name !== '' && !tasks.includes(task.name);
  return { faults, ...(unknown && { noTask: errors.NO_TASK(task.name, decode.name, tasks) }) };
};

/** Whether a pipeline's backend or its sampler is conditioned on what is given. */
export const takesGiven = ({ decode, sample }: Resolved): boolean =>
  [decode, sample].some((one) => capabilitiesOf(one, one.settings).extras?.includes('given'));
