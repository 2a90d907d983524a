import type { Resolved } from '../check/resolve.ts';
import type { Stages } from '../decode-loop/model.ts';
import type { ChosenStage, StageContainer } from '../plugin/container.ts';
import { capabilitiesOf } from '../plugin/registry.ts';
import type { Capabilities } from '../stages/capabilities.ts';
import type { Evaluator } from '../stages/evaluate.ts';
import type { Sampler } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import type { Generation } from './samples.ts';

/** A stage of a pipeline that is ready, its name and what is capabilitiesOf of it. */
export interface NamedStage<T> {
  readonly name: string;
  readonly stage: T;
  readonly capabilities: Capabilities;
}

/** Everything that a pipeline is made of. */
export interface PipelineParts {
  readonly tokenize: NamedStage<Tokenizer>;
  readonly backend: NamedStage<Stages>;
  readonly sample: NamedStage<Sampler>;
  readonly evaluate: readonly NamedStage<Evaluator>[];
}

/** The stages of a pipeline whose model is ready. */
export const partsOf = async (resolved: Resolved, container: StageContainer, { tokenizer }: Generation): Promise<PipelineParts> => {
  const { tokenize, encode, attend, decode, sample, evaluate } = resolved;
  const part = <T>(chosen: ChosenStage, stage: T): NamedStage<T> => ({
    name: chosen.name,
    stage,
    capabilities: capabilitiesOf(chosen, chosen.settings),
  });
  const stages: Stages = {
    encoder: await container.make('encode', encode),
    attention: await container.make('attend', attend),
    decoder: await container.make('decode', decode),
  };
  return {
    tokenize: part(tokenize, tokenizer),
    backend: part(decode, stages),
    sample: part(sample, await container.make('sample', sample)),
    evaluate: await Promise.all(
      evaluate.map(async (one) => part(one, await container.make('evaluate', one, one.definition.within && decode))),
    ),
  };
};
