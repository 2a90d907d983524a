import type { Resolved } from '../check/resolve.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { guardEvaluator } from '../decode-loop/guard.ts';
import type { Scoring } from '../decode-loop/score.ts';
import type { StageContainer } from '../plugin/container.ts';
import { capabilitiesOf } from '../plugin/registry.ts';
import { type Evaluation, evaluate, type NamedEvaluator } from './evaluation.ts';
import type { Generation, Sample } from './samples.ts';

/** A pipeline whose model is ready, and what it is measured on. */
export interface Measuring {
  readonly resolved: Resolved;
  readonly container: StageContainer;
  readonly generating: Generation;
  readonly scoring: Scoring;
  readonly data: Dataset | undefined;
}

/** Every measure of a pipeline, on its held-out data and on what is generated; of those that no sample can begin for, and of what is not a number, a warning says so. */
export const measure = async (
  { resolved, container, generating, scoring, data }: Measuring,
  generated: (signal: AbortSignal) => AsyncIterable<Sample>,
  signal: AbortSignal,
): Promise<Evaluation> => {
  const nothing = async function* () {};
  return evaluate(await evaluatorsOf(resolved, container), {
    model: generating.model,
    tokenizer: generating.tokenizer,
    scoring,
    rows: resolved.definition.evaluate?.rows ?? Number.POSITIVE_INFINITY,
    train: () => data?.train() ?? nothing(),
    valid: () => data?.valid() ?? nothing(),
    generated: () => generated(signal),
    warn: ({ code, message }) => process.emitWarning(message, { type: 'StagewrightWarning', code }),
    signal,
  });
};

/** The evaluators of a pipeline, each with the kinds of items that it reads. */
const evaluatorsOf = async ({ evaluate, decode }: Resolved, container: StageContainer): Promise<NamedEvaluator[]> => {
  const evaluators: NamedEvaluator[] = [];
  for (const chosen of evaluate) {
    const { items = ['generated'] } = capabilitiesOf(chosen, chosen.settings);
    const made = await container.make('evaluate', chosen, chosen.definition.within && decode);
    evaluators.push({ name: chosen.name, evaluator: guardEvaluator(made, chosen.name, chosen.timeout), items });
  }
  return evaluators;
};
