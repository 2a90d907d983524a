import type { Prediction } from '../data/prediction.ts';
import type { Tokens } from '../data/tokens.ts';
import { errors, isAbort, StagewrightError } from '../errors.ts';
import type { Evaluator } from '../stages/evaluate.ts';
import type { Choice, Sampler } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import { checkChoice, checkIds, checkProgress } from './choice.ts';
import { strangerIn } from './stranger.ts';
import { checkDetokenizer, checkRaw, checkTokenizer, checkTokens } from './tokenizer-shape.ts';

/** What a stage threw, as an error that names the stage; our own errors and aborts pass as they are. */
export const blame = (verb: string, name: string, error: unknown): unknown =>
  error instanceof StagewrightError || isAbort(error) ? error : errors.STAGE_FAILED(verb, name, error).because(error);

/** The result, or an error after so many seconds; whatever comes later goes to `late`, and its error nowhere: the reader has had one. */
export const within = <T>(result: Promise<T>, seconds: number, tooLong: () => Error, late?: (result: T) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(tooLong());
    }, seconds * 1000);
    result.then((value) => (over ? late?.(value) : resolve(value)), reject).finally(() => clearTimeout(timer));
  });

/** Calls a stage: its errors name it, and one that answers later may take so many seconds. */
const call = <T>(verb: string, name: string, seconds: number | undefined, work: () => T | Promise<T>): T | Promise<T> => {
  try {
    const result = work();
    if (!(result instanceof Promise)) return result;
    const timely = seconds === undefined ? result : within(result, seconds, () => errors.STAGE_TIMEOUT(verb, name, seconds));
    return timely.catch((error) => {
      throw blame(verb, name, error);
    });
  } catch (error) {
    throw blame(verb, name, error);
  }
};

/** The same sampler, whose errors name it, and whose choices are among what is predicted. */
export const guardSampler = (sampler: Sampler, name: string, timeout?: number): Sampler => {
  const checked = (choice: Choice, prediction: Prediction): Choice => {
    checkChoice(choice, prediction, name);
    checkIds(choice, prediction, name);
    checkProgress(choice, prediction, name);
    return choice;
  };
  return {
    ...(sampler.reads && { reads: sampler.reads }),
    ...(sampler.release && { release: (state: unknown) => call('release', name, undefined, () => sampler.release!(state)) as undefined }),
    sample(prediction, rows, state, request) {
      const choosing = call('sample', name, timeout, () => sampler.sample(prediction, rows, state, request));
      return choosing instanceof Promise ? choosing.then((choice) => checked(choice, prediction)) : checked(choosing, prediction);
    },
  };
};

/** The same evaluator, whose errors name it. */
export const guardEvaluator = (evaluator: Evaluator, name: string, timeout?: number): Evaluator => ({
  evaluate: (item, tally) => call('evaluate', name, timeout, () => evaluator.evaluate(item, tally)),
  report: (tally) => call('evaluate', name, timeout, () => evaluator.report(tally)),
});

/** The same tokenizer, whose errors name it, whose answers are what they promise, and to which ids that it has no names for spell nothing: a model's vocabulary may be larger. `least`: how many ids it must have. */
export const guardTokenizer = (tokenizer: Tokenizer, name: string, least = 1): Tokenizer => {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw blame('tokenize', name, error);
    }
  };
  guard(() => checkTokenizer(tokenizer, name, least));
  const { vocabulary, fingerprint, start, prefix, stop, mask, unknown, shape, given, draws } = tokenizer;
  const named = (tokens: Tokens): Tokens =>
    strangerIn(tokens, vocabulary) === undefined ? tokens : tokens.filter((id) => id < vocabulary);
  const spelled = (verb: string, work: () => unknown): unknown => guard(() => checkRaw(verb, name, work()));
  const ids = (verb: string, work: () => Tokens): Tokens => guard(() => checkTokens(verb, name, work(), vocabulary));
  return {
    vocabulary,
    fingerprint,
    ...(start !== undefined && { start }),
    ...(prefix && { prefix }),
    ...(stop !== undefined && { stop }),
    ...(mask !== undefined && { mask }),
    ...(unknown !== undefined && { unknown }),
    ...(draws && { draws }),
    ...(shape && { shape }),
    ...(given && { given: guardTokenizer(given, name, 0) }), // which may have learned nothing
    ...more(tokenizer, name),
    tokenize: (raw, random) => ids('tokenize', () => tokenizer.tokenize(raw, random)),
    ...(tokenizer.special && { special: (raw: unknown) => ids('special', () => tokenizer.special!(raw)) }),
    ...(tokenizer.offsets && { offsets: (raw: unknown) => guard(() => tokenizer.offsets!(raw)) }),
    detokenize: (tokens) => spelled('detokenize', () => tokenizer.detokenize(named(tokens))),
    ...(tokenizer.detokenizer && {
      detokenizer() {
        const growing = guard(() => checkDetokenizer(name, tokenizer.detokenizer!()));
        return {
          push: (fresh) => spelled('detokenizer', () => growing.push(named(fresh))),
          end: () => spelled('detokenizer', () => growing.end()),
        };
      },
    }),
  };
};

/** What is the pipeline's own affair: learning, and keeping what was learned. */
const OWN: readonly string[] = ['constructor', 'fit', 'save', 'load'];

/** Every method that a tokenizer has, also those that no contract knows; their errors name it. */
const more = (tokenizer: Tokenizer, name: string): object => {
  const methods: Record<string, unknown> = {};
  for (let at: object | null = tokenizer; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null)
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === 'function' && !OWN.includes(key) && !(key in methods))
        methods[key] = (...told: unknown[]) => call('tokenize', name, undefined, () => value.apply(tokenizer, told));
  return methods;
};
