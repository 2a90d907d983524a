import { Observable } from 'rxjs';
import { createRandom, type ForwardOutput, type Model } from '../../../../core/index.ts';
import { type BackendSubject, draw, LOOP, type Loop } from '../../../../core/laws/index.ts';
import { tableOf } from '../honest/backends.ts';

type Steps = Loop['steps'];

/** A loop whose steps are the core's with something else handed in. */
const handing = (change: (...asked: Parameters<Steps>) => Parameters<Steps>): Loop => ({
  ...LOOP,
  steps: (...asked) => LOOP.steps(...change(...asked)),
});

/** A loop that reads through another model. */
const reading = (change: (model: Model) => Model): Loop => handing((model, ...rest) => [change(model), ...rest]);

const under =
  (loop: Loop, options: { context?: number } = {}) =>
  (): BackendSubject =>
    tableOf(undefined, { loop, ...options });

/** The model without one of its optional parts. */
const without =
  (part: 'release' | 'context') =>
  (model: Model): Model => {
    const { [part]: _, ...rest } = model;
    return rest;
  };

/** A loop that never rests. */
async function* restless(...[model, sampler, request]: Parameters<Steps>): ReturnType<Steps> {
  let rows = request.prompt.map(({ tokens }) => tokens);
  let memory: readonly unknown[] = rows.map(() => undefined);
  const same = { given: [undefined], random: [request.random], task: [undefined], signal: request.signal ?? new AbortController().signal };
  for (let told = 0, fresh = rows; ; ) {
    const read = await model.forward({ ...same, inputIds: fresh, memory, positions: [1] });
    for (const one of memory) if (one) model.release?.(one);
    memory = read.memory;
    const choice = await sampler.sample(read.prediction, rows, undefined, request);
    fresh = [...choice.inputIds];
    told += 1;
    const ended = told >= request.limit;
    yield { emitted: fresh[0]!, rows, prediction: read.prediction, ...(ended && { ended: 'length' }) };
    rows = [Int32Array.of(...rows[0]!.slice(-62), ...fresh[0]!)];
    if (ended) return;
  }
}

const careless = createRandom(1);

/** A broken loop, or sampler, for each law of generation. */
export const loops: Readonly<Record<string, () => BackendSubject>> = {
  'generate/chaos': under(
    reading((model) => ({ ...model, ...(model.rewind && { rewind: (memory: unknown) => model.rewind!(memory, 0) }) })),
  ),
  'generate/released-once': under(reading(without('release'))),
  'generate/released-when-failing': under(
    reading((model) => {
      let failed = false;
      return {
        ...model,
        async forward(reading): Promise<ForwardOutput> {
          try {
            return await model.forward(reading);
          } catch (error) {
            failed = true;
            throw error;
          }
        },
        release: (memory) => {
          if (!failed) model.release?.(memory);
        },
      };
    }),
  ),
  'generate/same-seed': () =>
    tableOf(undefined, { sampler: { sample: (prediction) => ({ inputIds: draw(prediction, careless).map((row) => row.slice(-1)) }) } }),
  'generate/prefill-in-chunks': under(
    reading((model) => ({
      ...model,
      async forward(reading) {
        const read = await model.forward(reading);
        return reading.positions.some((count) => count > 0) ? read : { ...read, memory: read.memory.map(() => undefined) };
      },
    })),
  ),
  'generate/length': under(handing((model, sampler, request, chunk) => [model, sampler, { ...request, limit: request.limit + 1 }, chunk])),
  'generate/stop': under(
    handing((model, sampler, { stop = [], ...request }, chunk) => [model, sampler, { ...request, stop: stop.slice(0, 1) }, chunk]),
  ),
  // whose first token is masked alone
  'generate/min-new-tokens': under(
    handing((model, sampler, request, chunk) => [model, sampler, { ...request, ...(request.least && { least: 1 }) }, chunk]),
  ),
  // which tells what the sampler made of it, not the model
  'generate/logprobs': under({
    ...LOOP,
    async *steps(model, sampler, request, chunk) {
      for await (const step of LOOP.steps(model, sampler, request, chunk))
        yield step.logprobs ? { ...step, logprobs: step.logprobs.map((one) => ({ ...one, logprob: one.logprob / 0.8 })) } : step;
    },
  }),
  'generate/told-is-read': under({
    ...LOOP,
    async *steps(model, sampler, request, chunk) {
      let first = true;
      for await (const step of LOOP.steps(model, sampler, request, chunk)) {
        yield first ? { ...step, emitted: Int32Array.of(...request.prompt[0]!.tokens, ...step.emitted) } : step;
        first = false;
      }
    },
  }),
  'generate/within-context': under(reading(without('context')), { context: 12 }),
  'generate/alone-or-shared': under({
    ...LOOP,
    // every row reads on from what the first remembers, whether or not the clock brings them into one reading
    shared(model, ...rest) {
      const all = LOOP.shared({ ...model, release: () => undefined }, ...rest);
      let first: unknown;
      return {
        ...all,
        forward(reading) {
          first ??= reading.memory.find((memory) => memory !== undefined);
          return all.forward({ ...reading, memory: reading.memory.map((memory) => memory && first) });
        },
      };
    },
  }),
  'generate/at-its-readers-pace': under({
    ...LOOP,
    steps(...asked) {
      const steps = LOOP.steps(...asked);
      const leaks: ReturnType<Steps> = { next: () => steps.next(), return: async () => ({ done: true, value: undefined }) } as never;
      return leaks;
    },
  }),
  'generate/neighbours-unharmed': under({
    ...LOOP,
    shared(model, ...rest) {
      const all = LOOP.shared(model, ...rest);
      let first: AbortSignal | undefined;
      return {
        ...all,
        async forward(reading) {
          first ??= reading.signal;
          first.throwIfAborted();
          return all.forward(reading);
        },
      };
    },
  }),
  'generate/nothing-after-leaving': under({
    ...LOOP,
    generate: (...asked) =>
      new Observable((to) => {
        const run = async (): Promise<void> => {
          for await (const step of LOOP.steps(...asked)) to.next(step);
          to.complete();
        };
        run().catch((error: unknown) => to.error(error));
      }),
  }),
  'generate/others-have-their-turn': under({ ...LOOP, steps: restless }),
};
