import { from, Observable } from 'rxjs';

/** A stream with two faces: an rxjs Observable, and an AsyncIterable that is pulled as slowly as it is read. Each subscription or loop runs it anew; leaving aborts it. */
export type Flow<T> = Observable<T> & AsyncIterable<T>;

/** A flow of what a generator yields; the generator hears through its signal that its reader has left. */
export const flow = <T>(run: (signal: AbortSignal) => AsyncGenerator<T, void>): Flow<T> => {
  const observable = new Observable<T>((subscriber) => {
    const leaving = new AbortController();
    subscriber.add(() => leaving.abort());
    return from(run(leaving.signal)).subscribe(subscriber);
  });
  async function* pulled(): AsyncGenerator<T, void> {
    const leaving = new AbortController();
    try {
      yield* run(leaving.signal);
    } finally {
      leaving.abort();
    }
  }
  return Object.assign(observable, { [Symbol.asyncIterator]: pulled });
};
