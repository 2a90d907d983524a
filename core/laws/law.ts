import type { Arbitrary } from 'fast-check';

/** What a law speaks of. */
export type Stage = 'tokenize' | 'encode' | 'attend' | 'decode' | 'process' | 'sample' | 'generate' | 'evaluate' | 'train';

/** One sentence that holds for every stage of a kind; samples are plain data, so that a failure can be read and kept. */
export interface Law<Subject, Sample = unknown> {
  /** The stage and a few words: `attend/in-pieces`. */
  readonly name: string;
  readonly sentence: string;
  /** Where it comes from. */
  readonly reference?: string;
  readonly stage: Stage;
  /** The part of the runs asked for that it makes, where one check is itself many runs; absent: all. */
  readonly share?: number;
  /** Why it has nothing to say of this subject, where that is so. */
  silent?(subject: Subject): string | undefined;
  arbitrary(subject: Subject): Arbitrary<Sample>;
  /** Throws where the law does not hold. */
  check(subject: Subject, sample: Sample): void | Promise<void>;
}

/** Forgets what a law's samples are, so that laws of one kind of subject stand in one list. */
export const law = <Subject, Sample>(law: Law<Subject, Sample>): Law<Subject> => law as unknown as Law<Subject>;

/** What was found, and where a reader should look: its fields stand below the sample in the counter-example's table. */
export class Broken extends Error {
  override readonly name = 'Broken';
  readonly shown: Readonly<Record<string, unknown>>;

  constructor(what: string, shown: Readonly<Record<string, unknown>>) {
    super(what);
    this.shown = shown;
  }
}

/** Throws unless `holds`. */
export const demand = (holds: boolean, what: string, shown: Readonly<Record<string, unknown>> = {}): void => {
  if (!holds) throw new Broken(what, shown);
};
