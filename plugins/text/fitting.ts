import { setImmediate } from 'node:timers/promises';
import type { Observable } from 'rxjs';
import { flow, type ProgressEvent } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';

/** How a vocabulary is learned from texts. */
export interface Learner {
  /** The tokenizer's name, for errors. */
  readonly name: string;
  /** Where a text may be cut, at `from` or after it, without changing what is counted. */
  cut(text: string, from: number): number;
  /** Counts what is in a piece of a text. */
  count(piece: string): void;
  /** All was counted. */
  done(): void;
}

/** How many characters are counted in one go: about a millisecond of work. */
const PIECE = 1 << 15;

/** How long, in milliseconds, the event loop may wait. */
const PATIENCE = 8;

/** Hands every text of a corpus to a learner, in pieces, with the event loop free in between; a progress tells how many rows were read. */
export const fitting = (corpus: AsyncIterable<string>, start: () => Learner): Observable<ProgressEvent> =>
  flow((signal) => learn(corpus, start(), signal));

async function* learn(corpus: AsyncIterable<string>, learner: Learner, signal: AbortSignal): AsyncGenerator<ProgressEvent, void> {
  let done = 0;
  let since = performance.now();
  for await (const text of corpus) {
    if (typeof text !== 'string') throw errors.TEXT_NOT_TEXT(learner.name, kindOf(text));
    for (let at = 0; at < text.length; ) {
      const end = text.length - at <= PIECE ? text.length : learner.cut(text, at + PIECE);
      learner.count(at === 0 && end === text.length ? text : text.slice(at, end));
      at = end;
      if (performance.now() - since > PATIENCE) {
        yield { done, unit: 'rows' };
        await setImmediate();
        signal.throwIfAborted();
        since = performance.now();
      }
    }
    done++;
  }
  learner.done();
  yield { done, total: done, unit: 'rows' };
}
