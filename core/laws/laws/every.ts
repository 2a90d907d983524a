import type { Law } from '../law.ts';
import type {
  BackendSubject,
  EvaluatorSubject,
  ProcessorSubject,
  SamplerSubject,
  TokenizerSubject,
  TrainerSubject,
} from '../subjects/subjects.ts';
import { attendLaws } from './attend.ts';
import { decodeLaws } from './decode.ts';
import { drawLaws } from './draw.ts';
import { encodeLaws } from './encode.ts';
import { endingLaws } from './ending.ts';
import { evaluateLaws } from './evaluate.ts';
import { generateLaws } from './generate.ts';
import { memoryLaws } from './memory.ts';
import { predictionLaws } from './prediction.ts';
import { priceLaws } from './price.ts';
import { processLaws } from './process.ts';
import { requestLaws } from './request.ts';
import { sampleLaws } from './sample.ts';
import { tellingLaws } from './telling.ts';
import { tokenizeLaws } from './tokenize.ts';
import { trafficLaws } from './traffic.ts';
import { trainLaws } from './train.ts';

/** The subject of each kind of laws. */
export interface Subjects {
  tokenizer: TokenizerSubject;
  backend: BackendSubject;
  processor: ProcessorSubject;
  sampler: SamplerSubject;
  evaluator: EvaluatorSubject;
  trainer: TrainerSubject;
}

/** What laws can be held of. */
export type Kind = keyof Subjects;

/** Every law, by what it is held of. */
export const laws: { readonly [K in Kind]: readonly Law<Subjects[K]>[] } = {
  tokenizer: [...tokenizeLaws, ...tellingLaws],
  backend: [
    ...encodeLaws,
    ...attendLaws,
    ...memoryLaws,
    ...predictionLaws,
    ...decodeLaws,
    ...priceLaws,
    ...generateLaws,
    ...endingLaws,
    ...trafficLaws,
  ],
  processor: processLaws,
  sampler: [...sampleLaws, ...drawLaws, ...requestLaws],
  evaluator: evaluateLaws,
  trainer: trainLaws,
};

/** The names of all laws. */
export const lawNames: readonly string[] = Object.values(laws).flatMap((some) => some.map(({ name }) => name));
