export * from './arbitraries/items.ts';
export * from './arbitraries/logits.ts';
export * from './arbitraries/near-miss.ts';
export * from './arbitraries/pipeline-file.ts';
export * from './arbitraries/schedule.ts';
export * from './arbitraries/settings.ts';
export * from './arbitraries/table.ts';
export * from './arbitraries/text.ts';
export * from './arbitraries/tokens.ts';
export type { BackendLike, EvaluatorLike, Handed, SamplerLike, TokenizerLike } from './as-subject.ts';
export {
  describeBackend,
  describeEvaluator,
  describeLaws,
  describeSampler,
  describeTokenizer,
  describeTrainer,
  type HoldingPlugin,
} from './describe.ts';
export { type Kind, laws, type Subjects } from './every.ts';
export { exampleRows } from './example-rows.ts';
export * from './fakes/clock.ts';
export * from './fakes/corpus.ts';
export * from './fakes/plain-sampler.ts';
export * from './fakes/script.ts';
export * from './fakes/table-backend.ts';
export * from './fakes/table-model.ts';
export * from './fakes/tokenizer.ts';
export * from './fakes/whole-backend.ts';
export * from './frequencies.ts';
export { type Failure, hold, isDeep, type Runs, type Verdict } from './hold.ts';
export { Broken, demand, type Law, law, type Stage } from './law.ts';
export type { Beside } from './plugin-subjects.ts';
export type { Budget, Holding, Runner } from './present.ts';
export { printFailure, printReport, type Report } from './report.ts';
export { type FindPlugin, type Origin, type Replaying, type Repro, readRepro, replay } from './repro.ts';
export {
  type BackendParts,
  type BackendSubject,
  backendSubject,
  type EvaluatorSubject,
  type Learner,
  LOOP,
  type Loop,
  moreOf,
  rowOf,
  type SamplerSubject,
  type TokenizerSubject,
  type TrainerSubject,
} from './subjects.ts';
