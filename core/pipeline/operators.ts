import { concatMap, mergeMap, type OperatorFunction, toArray } from 'rxjs';
import type { Flow } from '../decode-loop/stream.ts';
import type { GenerateOptions } from '../definition/generate-options.ts';
import type { Evaluation } from './evaluation.ts';
import type { Lifetime } from './lifetime.ts';
import { type Sample, samples } from './samples.ts';

/** What a pipeline does, as rxjs operators: `asks$.pipe(operators.generate(), operators.evaluate())`. */
export class PipelineOperators<Raw = unknown> {
  readonly #life: Lifetime;

  constructor(life: Lifetime) {
    this.#life = life;
  }

  /** Asks to samples; those of asks that run side by side come as they are ready. */
  generate(): OperatorFunction<GenerateOptions, Sample<Raw>> {
    const { width, queue } = this.#life.loader.batching;
    return mergeMap((ask: GenerateOptions) => this.#life.flow(ask, samples) as Flow<Sample<Raw>>, Math.min(width, 1 + queue));
  }

  /** Samples to what their ids spell. */
  detokenize(): OperatorFunction<Pick<Sample, 'row'>, Raw> {
    return concatMap(async ({ row }) => (await this.#life.prepare()).generating.tokenizer.detokenize(row.tokens) as Raw);
  }

  /** Samples, once all have passed, to every measure of them and of held-out data. */
  evaluate(): OperatorFunction<Sample, Evaluation> {
    return (source) =>
      source.pipe(
        toArray(),
        concatMap((all) =>
          this.#life.evaluate(undefined, async function* () {
            yield* all;
          }),
        ),
      );
  }
}
