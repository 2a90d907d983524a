import type { Definition } from '../definition/schema.ts';
import type { ChosenStage } from '../plugin/container.ts';
import { type Capabilities, formsInWords, NEXT_LOGITS, takesSome } from '../stages/capabilities.ts';
import type { Chooser, Path, Report } from './choose.ts';

/** The stages that a pipeline chose, as far as they could be found. */
export interface Choices {
  readonly tokenize: ChosenStage | undefined;
  readonly encode: ChosenStage | undefined;
  readonly attend: ChosenStage | undefined;
  readonly decode: ChosenStage | undefined;
  readonly sample: ChosenStage | undefined;
  readonly processors: readonly { readonly chosen: ChosenStage | undefined; readonly path: Path }[];
  readonly read: ChosenStage | undefined;
  readonly write: ChosenStage | undefined;
  /** Each with where it was named; without, where `auto` chose it. */
  readonly evaluate: readonly { readonly chosen: ChosenStage; readonly path?: Path }[];
}

type Of = Chooser['capabilities'];

/** Whether the stages of a pipeline fit together, as their plugins declare them; what could not be found or is faulty says nothing. */
export const checkCompatibility = (choices: Choices, { data, generate }: Definition, of: Of, report: Report): void => {
  const { tokenize, encode, attend, decode, processors, sample, read, write, evaluate } = choices;
  const decodes = of(decode);
  for (const [verb, stage] of [
    ['encode', encode],
    ['attend', attend],
  ] as const) {
    const gives = of(stage);
    if (!stage || !decode || !gives || !decodes || stage === decode || gives.hidden === decodes.hidden) continue;
    const kind = (hidden: string | undefined): string =>
      hidden === undefined ? 'hidden values of no declared kind' : `hidden values of the kind "${hidden}"`;
    report({
      path: ['stages', verb],
      message: `"${stage.name}" gives ${kind(gives.hidden)}, and "${decode.name}" decodes ${kind(decodes.hidden)}; take all three from one backend.`,
    });
  }
  const spells = of(tokenize)?.raw;
  const reads = of(read)?.raw;
  if (reads && spells && reads !== spells)
    report({
      path: ['data', 'read'],
      message: `"${read!.name}" reads ${reads}, and "${tokenize!.name}" spells ${spells}; choose another reader, or another tokenizer.`,
    });
  const writes = of(write)?.raw;
  if (writes && spells && writes !== spells)
    report({
      path: ['generate', 'write'],
      message: `"${write!.name}" writes ${writes}, and "${tokenize!.name}" spells ${spells}; choose another writer.`,
    });
  for (const key of ['messages', 'special_tokens'] as const)
    if (generate?.[key] !== undefined && spells && spells !== 'text')
      report({ path: ['generate', key], message: `"${key}" is of text, and "${tokenize!.name}" spells ${spells}; leave it out.` });
  if (generate?.prompt !== undefined && spells && spells !== 'text')
    report({ path: ['generate', 'prompt'], message: `a prompt is text, and "${tokenize!.name}" spells ${spells}; leave it out.` });
  for (const need of of(sample)?.extras ?? [])
    if (decodes && !decodes.extras?.includes(need))
      report({
        path: ['stages', 'sample'],
        message: `"${sample!.name}" needs ${need}, which "${decode!.name}" does not give; choose another sampler.`,
      });
  for (const { chosen, path } of processors) {
    const { predictions = NEXT_LOGITS, extras = [] } = of(chosen) ?? {};
    if (!chosen || !decodes) continue;
    const lacks = extras.find((extra) => !decodes.extras?.includes(extra));
    if (!takesSome(predictions, decodes.predictions))
      report({
        path,
        message: `"${chosen.name}" processes ${formsInWords(predictions)}, and "${decode!.name}" predicts ${formsInWords(decodes.predictions)}; leave it out.`,
      });
    else if (lacks) report({ path, message: `"${chosen.name}" needs ${lacks}, which "${decode!.name}" does not give; leave it out.` });
  }
  for (const { chosen, path } of evaluate) {
    const capabilities = of(chosen);
    const why =
      path &&
      capabilities &&
      (misfit({ ...capabilities, within: chosen.definition.within?.name }, decode?.name, decodes, of(tokenize)) ??
        unfed(capabilities, data));
    if (why) report({ path, message: `"${chosen.name}" cannot evaluate this pipeline: ${why}; leave it out.` });
  }
};

/** Why an evaluator cannot be used with a decoder and a tokenizer, if it cannot. */
export const misfit = (
  evaluator: Capabilities & { readonly within?: string | undefined },
  backend: string | undefined,
  decoder: Capabilities | undefined,
  tokenizer: Capabilities | undefined,
): string | undefined => {
  const { likelihood, extras = [], raw, within } = evaluator;
  if (within !== undefined && backend !== undefined && within !== backend)
    return `it looks into the backend "${within}", and this is "${backend}"`;
  if (raw && tokenizer?.raw && raw !== tokenizer.raw) return `it measures ${raw}, and the tokenizer spells ${tokenizer.raw}`;
  if (extras.includes('shape') && tokenizer && !tokenizer.extras?.includes('shape'))
    return 'it measures rows of one shape, such as pictures, and those of the tokenizer have any length';
  if (!decoder) return undefined;
  const given = decoder.likelihood ?? ['none'];
  if (likelihood && !likelihood.some((one) => given.includes(one)))
    return `it needs a likelihood that is ${likelihood.join(' or ')}, and the backend's is ${given.join(' or ')}`;
  const lacks = extras.find((one) => one !== 'shape' && !decoder.extras?.includes(one));
  return lacks && `it needs ${lacks}, which the backend does not give`;
};

/** Why an evaluator of held-out rows would be fed nothing, if so. */
const unfed = ({ items = ['generated'] }: Capabilities, data: Definition['data']): string | undefined =>
  data?.valid === 0 && items.every((kind) => kind === 'scored' || kind === 'real')
    ? 'it measures held-out rows, and "valid" is 0'
    : undefined;
