export type { Ingredients } from './arbitraries/fitting.ts';
export * from './arbitraries/items.ts';
export * from './arbitraries/logits.ts';
export * from './arbitraries/near-miss.ts';
export * from './arbitraries/pipeline-file.ts';
export * from './arbitraries/schedule.ts';
export * from './arbitraries/settings.ts';
export * from './arbitraries/table.ts';
export * from './arbitraries/text.ts';
export * from './arbitraries/tokens.ts';
export * from './fakes/clock.ts';
export * from './fakes/corpus.ts';
export * from './fakes/plain-sampler.ts';
export * from './fakes/script.ts';
export * from './fakes/table-backend.ts';
export * from './fakes/table-model.ts';
export * from './fakes/tokenizer.ts';
export * from './fakes/whole-backend.ts';
export { Broken, demand, type Law, law, type Stage } from './law.ts';
export { type Kind, laws, type Subjects } from './laws/every.ts';
export * from './probes/frequencies.ts';
export {
  describeBackend,
  describeEvaluator,
  describeLaws,
  describeProcessor,
  describeSampler,
  describeTokenizer,
  describeTrainer,
  type HoldingPlugin,
} from './runner/describe.ts';
export { type Failure, hold, isDeep, type Runs, type Verdict } from './runner/hold.ts';
export type { Budget, Holding, Runner } from './runner/present.ts';
export { printFailure, printReport, type Report } from './runner/report.ts';
export { type FindPlugin, type Origin, type Replaying, type Repro, readRepro, replay } from './runner/repro.ts';
export type { BackendLike, EvaluatorLike, Handed, ProcessorLike, SamplerLike, TokenizerLike } from './subjects/as-subject.ts';
export type { Beside } from './subjects/choosing.ts';
export { exampleRows } from './subjects/example-rows.ts';
export {
  type BackendParts,
  type BackendSubject,
  backendSubject,
  type EvaluatorSubject,
  type Learner,
  LOOP,
  type Loop,
  moreOf,
  type ProcessorSubject,
  rowOf,
  type SamplerSubject,
  type TokenizerSubject,
  type TrainerSubject,
} from './subjects/subjects.ts';
