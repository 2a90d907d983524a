import type { Fault } from '../definition/parse.ts';
import { definitionBeside, samplerSettings } from '../definition/sampler-settings.ts';
import { type Definition, writeOut } from '../definition/schema.ts';
import type { Place } from '../errors.ts';
import type { ChosenStage } from '../plugin/container.ts';
import type { Registry } from '../plugin/registry.ts';
import { STAGES, type StageKind } from '../plugin/stage-kinds.ts';
import { validate } from '../settings/validate.ts';
import type { OptionFault } from '../settings/wording.ts';
import { BACKEND_VERBS, Chooser } from './choose.ts';
import { type Choices, checkCompatibility, misfit } from './compatibility.ts';
import { withRightPlace } from './misplaced-key.ts';
import { replaced, withoutUnusable } from './sampler-settings.ts';
import { unusedSettings } from './unused-settings.ts';

/** A pipeline with every name found and every setting known. */
export interface Resolved {
  readonly definition: Definition;
  readonly tokenize: ChosenStage;
  readonly encode: ChosenStage;
  readonly attend: ChosenStage;
  readonly decode: ChosenStage;
  /** Absent where the chosen backend has no trainer. */
  readonly train: ChosenStage | undefined;
  readonly sample: ChosenStage;
  /** What changes the logits before the sampler chooses, in its order. */
  readonly processors: readonly ChosenStage[];
  readonly evaluate: readonly ChosenStage[];
  readonly read: ChosenStage | undefined;
  /** Settings that the backend which was swapped in cannot use. */
  readonly aside: readonly Fault[];
  readonly write: ChosenStage | undefined;
}

export interface Resolving {
  /** Where a fault stands. */
  readonly placeOf?: (fault: Pick<OptionFault, 'path' | 'atKey'>) => Place | undefined;
  /** The backend was swapped in from outside of the file: what it cannot use is set aside, instead of being a fault. */
  readonly swapped?: boolean;
}

/** Finds what a pipeline names, checks every setting, and whether the stages fit together: answers all faults at once, since what is faulty is left out and the rest looked at; or, where there are none, what it comes to. */
export const resolve = (
  written: unknown,
  registry: Registry,
  { placeOf = () => undefined, swapped = false }: Resolving = {},
): { readonly faults: readonly Fault[]; readonly resolved?: Resolved } => {
  const found: OptionFault[] = [];
  const report = (fault: OptionFault): void => void found.push(fault);
  const placed = (fault: OptionFault): Fault => {
    const { path, message, suggestion } = withRightPlace(fault, definition, registry);
    const place = placeOf(fault);
    return { ...(place && { place }), path, message, ...(suggestion !== undefined && { suggestion }) };
  };
  const plain = writeOut(structuredClone(written)) as Definition;
  const definition = structuredClone(plain);
  const sampler = registry.find('sample', String(Object(Object(definition).stages).sample?.use));
  const samplerSchema = sampler?.definition.options;
  for (const fault of validate(definitionBeside(samplerSchema, Object(definition).generate), definition)) {
    const unknowable = !sampler && fault.unknown !== undefined && fault.path[0] === 'generate' && fault.suggestion === undefined;
    if (!unknowable) report(fault);
    if (!fault.missing) for (const value of [plain, definition]) leaveOut(value, fault.path);
  }
  if (found.some(({ path, missing }) => path.length === 0 && !missing)) return { faults: found.map(placed) };

  const faulty = (...path: string[]): boolean =>
    found.some((fault) => !fault.missing && path.every((part, i) => fault.path[i] === part || fault.path[i] === undefined));
  const chooser = new Chooser(registry, report);
  const { stages = {} as Definition['stages'], backends = {}, data, generate = {} } = definition;
  const tokenize = chooser.stage('tokenize', stages.tokenize);
  const read = chooser.stage('read', data?.read);
  const write = chooser.stage('write', generate.write);
  let sample = chooser.stage('sample', stages.sample);
  const told = stages.sample?.processors;
  const processors = (Array.isArray(told) ? told : []).map((use, i) => {
    const path = [...STAGES.process.at!, i];
    return { chosen: chooser.stage('process', use, path), path };
  });
  const over = samplerSettings(generate, samplerSchema);
  if (sample && chooser.capabilities(sample) && Object.keys(over).length > 0) {
    const { faults, sample: changed } = replaced(sample, over);
    for (const fault of faults) report({ ...fault, path: ['generate', ...fault.path] });
    if (faults.length === 0) sample = changed;
  }

  const swap = stages.backend === undefined ? undefined : chooser.backend(stages.backend, backends, ['stages', 'backend']);
  for (const entry of Object.keys(backends)) if (entry !== stages.backend) chooser.backend(entry, backends, ['backends', entry]);
  const [encode, attend, decode] = (['encode', 'attend', 'decode'] as const).map((verb) => {
    if (stages[verb]) return chooser.stage(verb, stages[verb]);
    if (stages.backend === undefined && definition.stages && !faulty('stages', 'backend') && !faulty('stages', verb))
      report({ path: ['stages'], message: `nothing is said to ${verb}: name a "backend", or "${verb}".` });
    return swap;
  });
  const lacking = swap ? BACKEND_VERBS.filter((verb) => !stages[verb] && !swap.definition.makes[verb]) : [];
  if (swap && lacking.length > 0) report(lacks(swap.name, lacking));
  const train = swap && registry.find('train', swap.name) ? swap : undefined;

  const measures = stages.evaluate ?? 'auto';
  const evaluate: { chosen: ChosenStage; path?: (string | number)[] }[] = [];
  if (measures === 'auto')
    for (const chosen of chooser.all('evaluate')) {
      const capabilities = chooser.capabilities(chosen);
      if (
        capabilities &&
        !capabilities.named &&
        !misfit(
          { ...capabilities, within: chosen.definition.within?.name },
          decode?.name,
          chooser.capabilities(decode),
          chooser.capabilities(tokenize),
        )
      )
        evaluate.push({ chosen });
    }
  else
    for (const [i, use] of measures.entries()) {
      const path = [...STAGES.evaluate.at!, i];
      const chosen = chooser.stage('evaluate', use, path);
      if (chosen && evaluate.some((one) => one.chosen.name === chosen.name))
        report({ path, message: `"${chosen.name}" is named twice; leave one out.` });
      else if (chosen) evaluate.push({ chosen, path });
    }

  const aside: OptionFault[] = [];
  const idle = swapped ? (fault: OptionFault): void => void aside.push(fault) : report;
  const samplerAt = (key: string) => [...(key in over ? ['generate'] : ['stages', 'sample', 'with']), key];
  const used = sample && withoutUnusable(sample, decode, { ...plain.stages?.sample?.with, ...over }, samplerAt, chooser, idle, report);
  if (swapped && used) sample = used;
  const choices: Choices = { tokenize, encode, attend, decode, processors, sample, read, write, evaluate };
  checkCompatibility(choices, definition, chooser.capabilities, report);
  for (const fault of unusedSettings(plain, { ...choices, train }, chooser.capabilities)) idle(fault);
  if (found.length > 0 || !tokenize || !encode || !attend || !decode || !sample) return { faults: found.map(placed) };
  const chosen = evaluate.map((one) => one.chosen);
  return {
    faults: [],
    resolved: {
      definition,
      tokenize,
      encode,
      attend,
      decode,
      train,
      sample,
      processors: processors.flatMap(({ chosen }) => chosen ?? []),
      evaluate: chosen,
      read,
      write,
      aside: aside.map(placed),
    },
  };
};

/** A backend that leaves verbs to others, which nobody names. */
const lacks = (name: string, verbs: readonly StageKind[]): OptionFault => {
  const all = verbs.map((verb) => `"stages.${verb}"`).join(' and ');
  return { path: ['stages', 'backend'], message: `"${name}" does not ${verbs.join(' or ')}; name ${all} too, or choose another backend.` };
};

/** Takes a faulty value away, so that the rest can be looked at. */
const leaveOut = (value: unknown, path: readonly (string | number)[]): void => {
  let at = value as Record<string | number, unknown> | undefined;
  for (const key of path.slice(0, -1)) at = typeof at === 'object' && at !== null ? (at[key] as typeof at) : undefined;
  if (typeof at !== 'object' || at === null || path.length === 0) return;
  if (Array.isArray(at)) at[Number(path.at(-1))] = undefined;
  else delete at[path.at(-1)!];
};
