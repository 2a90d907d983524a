/** What declares: plugins, their settings, pipelines and what is wrong with them; and luck. No stream, no container and no backend is loaded with it, so that a check need not wait for them. */
export type { Static, TSchema } from 'typebox';
export * from './data/random.ts';
export * from './errors.ts';
export type { Ask } from './pipeline/ask.ts';
export { check } from './pipeline/check.ts';
export {
  type Arrow,
  type Box,
  type Diagram,
  diagram,
} from './pipeline/diagram.ts';
export { type Explanation, explain, type Setting } from './pipeline/explain.ts';
export { open } from './pipeline/open.ts';
export { type Fault, InvalidPipeline } from './pipeline/parse.ts';
export type { Pipeline } from './pipeline/pipeline.ts';
export type { OpenOptions } from './pipeline/prepare.ts';
export {
  type OptionEntry,
  reference,
  type StageEntry,
} from './pipeline/reference.ts';
export { pipelineSchema } from './pipeline/schema.ts';
export * from './plugin/define.ts';
export { loadPlugins, type Registry } from './plugin/load.ts';
export { Type } from './plugin/type.ts';
export type { Declares } from './stages/declares.ts';
export type { Item } from './stages/evaluate.ts';
export type { RawItem, Reader, Source } from './stages/read.ts';
export type { Tokenizer } from './stages/tokenize.ts';
