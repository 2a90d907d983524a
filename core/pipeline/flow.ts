import { from, Observable } from 'rxjs';

/** A stream with two faces: an rxjs Observable, and an AsyncIterable that is pulled as slowly as it is read. Each subscription or loop runs it anew; leaving aborts it. */
export class Flow<T> extends Observable<T> implements AsyncIterable<T> {
  readonly #run: (signal: AbortSignal) => AsyncGenerator<T, void>;

  constructor(run: (signal: AbortSignal) => AsyncGenerator<T, void>) {
    super((subscriber) => {
      const leaving = new AbortController();
      subscriber.add(() => leaving.abort());
      return from(run(leaving.signal)).subscribe(subscriber);
    });
    this.#run = run;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    const leaving = new AbortController();
    try {
      yield* this.#run(leaving.signal);
    } finally {
      leaving.abort();
    }
  }
}
