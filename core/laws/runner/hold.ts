import fc from 'fast-check';
import { Broken, type Law } from '../law.ts';
import { show } from './show.ts';

/** How long and with what luck laws are held. */
export interface Runs {
  /** Runs a law; absent: 100, and 10,000 where STAGEWRIGHT_DEEP is set. */
  readonly runs?: number;
  /** Of all samples; absent: STAGEWRIGHT_SEED, or one fixed seed; drawn from the clock where STAGEWRIGHT_DEEP is set. */
  readonly seed?: number;
  /** Begins and ends with the sample at this path: what a repro does. */
  readonly path?: string;
  /** `false`: the first sample found is not made smaller. */
  readonly shrink?: boolean;
  /** After so many seconds a law has been held long enough; the report says how many runs that were. */
  readonly seconds?: number;
  /** For so many seconds a sample that was found is made smaller; absent: `seconds`. */
  readonly shrinking?: number;
}

/** What became of one law. */
export type Verdict =
  | { readonly law: string; readonly sentence: string; readonly outcome: 'holds'; readonly runs: number }
  | { readonly law: string; readonly sentence: string; readonly outcome: 'broken'; readonly failure: Failure }
  /** The law has nothing to say of the subject, or is set aside for a reason. */
  | { readonly law: string; readonly sentence: string; readonly outcome: 'silent' | 'exempt'; readonly reason: string };

/** The smallest sample found for which a law does not hold. */
export interface Failure {
  readonly law: string;
  readonly sentence: string;
  readonly reference?: string;
  /** What is wrong, in a few words. */
  readonly message: string;
  /** The sample, and what was expected and found: a line each. */
  readonly counterexample: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Where under the seed the sample is. */
  readonly path: string;
  readonly runs: number;
  readonly shrinks: number;
}

/** Whether the long form is wanted. */
export const isDeep = (): boolean => (process.env.STAGEWRIGHT_DEEP ?? '') !== '';

/** How much longer the deep tier is. */
export const DEEPER = 100;

/** Runs and seconds of a law where nothing else is said. */
export const usual = (): { readonly runs: number; readonly seconds: number } =>
  isDeep() ? { runs: 100 * DEEPER, seconds: 3 * DEEPER } : { runs: 100, seconds: 3 };

/** Holds one subject to one law. */
export const hold = async <Subject>(law: Law<Subject>, subject: Subject, how: Runs = {}): Promise<Verdict> => {
  const { name, sentence, reference, share = 1 } = law;
  const silence = law.silent?.(subject);
  if (silence) return { law: name, sentence, outcome: 'silent', reason: silence };
  const { runs: some, seconds } = usual();
  const numRuns = Math.max(1, Math.round((how.runs ?? some) * share));
  const patience = (how.seconds ?? seconds) * 1000;
  let deadline = performance.now() + patience;
  let runs = 0;
  let failing = false;

  const property = fc.asyncProperty(law.arbitrary(subject), async (sample) => {
    if (performance.now() > deadline) return;
    if (!failing) runs++;
    try {
      await law.check(subject, structuredClone(sample)); // a stage that writes to what it is handed spoils its own copy
    } catch (error) {
      if (!failing) deadline = performance.now() + (how.shrinking === undefined ? patience : how.shrinking * 1000);
      failing = true;
      throw error;
    }
  });
  const found = await fc.check(property, {
    seed: how.seed ?? seedOf(name),
    numRuns,
    ...(how.path !== undefined && { path: how.path }),
    endOnFailure: how.path !== undefined || how.shrink === false,
  });
  if (!found.failed) return { law: name, sentence, outcome: 'holds', runs };
  const { errorInstance: error, seed, counterexamplePath, numShrinks } = found;
  return {
    law: name,
    sentence,
    outcome: 'broken',
    failure: {
      law: name,
      sentence,
      ...(reference !== undefined && { reference }),
      message: (error instanceof Error ? error.message : String(error)).replace(/\.$/, ''),
      counterexample: tell(found.counterexample?.[0], error),
      seed,
      path: counterexamplePath ?? '',
      runs,
      shrinks: numShrinks,
    },
  };
};

/** The sample's fields, then what the law shows. */
const tell = (sample: unknown, error: unknown): Record<string, string> => {
  const shown = { ...(sample as object), ...(error instanceof Broken && error.shown) };
  return Object.fromEntries(
    Object.entries(shown)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, show(value)]),
  );
};

/** The seed that was asked for, one of the clock where runs are long, else one that is the law's own and always the same. */
const seedOf = (name: string): number => {
  const asked = process.env.STAGEWRIGHT_SEED;
  if (asked !== undefined) return Number(asked) | 0;
  if (isDeep()) return Date.now() | 0;
  let hash = 17;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  return hash;
};
