import type { Observable } from 'rxjs';
import type { Random } from '../data/random.ts';
import type { Batch, Row, Tokens } from '../data/tokens.ts';

/** What a trainer learns from. */
export interface Corpus {
  /** How many rows one pass has. */
  readonly rows: number;
  /**
   * Rows in batches of at most `batch`, pulled as slowly as the trainer asks. Without `shuffle` one pass in their order;
   * with it endless passes, each in an order of its own that depends on the seed alone, the last batch of a pass filled from the next.
   * `skip` leaves out so many batches at the start: where an interrupted training goes on.
   */
  read(how: { readonly batch: number; readonly shuffle?: boolean; readonly skip?: number }): AsyncIterable<Batch<Row>>;
}

/** A word from a trainer about how far it is. */
export interface ProgressEvent {
  /** How far, in the trainer's own unit, and of how much where that is known. */
  readonly done: number;
  readonly total?: number;
  /** What is being counted: `steps`, `rows`. */
  readonly unit: string;
  /** Figures of the moment: `{ loss: 2.31, learning_rate: 1e-3 }`. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Something that went wrong and whoever trains should know, with the mend; a sentence. */
  readonly warning?: string;
  /** A row that would be said by now, for whoever watches. */
  readonly sample?: Tokens;
  /**
   * All it takes to go on from here, as bytes that nobody changes later; the core decides when it wants them, and writes them. Good until the next word: a trainer waits for nothing,
   * so what this returns is the state at the moment it is called, between two words.
   */
  readonly checkpoint?: () => Uint8Array | Promise<Uint8Array>;
}

/** Learns from a corpus as fast as it is served; completes when learned, and leaving the stream stops it. */
export interface Trainer {
  train(corpus: Corpus, run: TrainingContext): Observable<ProgressEvent>;
}

/** What a training leans on. */
export interface TrainingContext {
  readonly random: Random;
  /** Aborted when the training is to stop. */
  readonly signal: AbortSignal;
  /** A checkpoint to go on from; the result is the same bytes as if nothing had happened. */
  readonly checkpoint?: Uint8Array;
}

/** What was learned: every stage or service with these two is kept in the model's folder, each in files of its own name. */
export interface Artifact {
  save(folder: string): Promise<void>;
  load(folder: string): Promise<void>;
}
