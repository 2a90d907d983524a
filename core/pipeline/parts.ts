import type { Resolved } from '../check/resolve.ts';
import type { Stages } from '../decode-loop/model.ts';
import type { Chosen, Workshop } from '../plugin/container.ts';
import { declared } from '../plugin/load.ts';
import type { Declares } from '../stages/declares.ts';
import type { Evaluator } from '../stages/evaluate.ts';
import type { Sampler } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import type { Generating } from './samples.ts';

/** A stage of a pipeline that is ready, its name and what is declared of it. */
export interface Part<T> {
  readonly name: string;
  readonly stage: T;
  readonly declares: Declares;
}

/** Everything that a pipeline is made of. */
export interface PipelineParts {
  readonly tokenize: Part<Tokenizer>;
  readonly backend: Part<Stages>;
  readonly sample: Part<Sampler>;
  readonly evaluate: readonly Part<Evaluator>[];
}

/** The stages of a pipeline whose model is ready. */
export const partsOf = async (resolved: Resolved, workshop: Workshop, { tokenizer }: Generating): Promise<PipelineParts> => {
  const { tokenize, encode, attend, decode, sample, evaluate } = resolved;
  const part = <T>(chosen: Chosen, stage: T): Part<T> => ({ name: chosen.name, stage, declares: declared(chosen, chosen.settings) });
  const stages: Stages = {
    encoder: await workshop.make('encode', encode),
    attention: await workshop.make('attend', attend),
    decoder: await workshop.make('decode', decode),
  };
  return {
    tokenize: part(tokenize, tokenizer),
    backend: part(decode, stages),
    sample: part(sample, await workshop.make('sample', sample)),
    evaluate: await Promise.all(evaluate.map(async (one) => part(one, await workshop.make('evaluate', one)))),
  };
};
