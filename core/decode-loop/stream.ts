import { from, Observable } from 'rxjs';

/** A stream with two faces: an rxjs Observable, and an AsyncIterable that is pulled as slowly as it is read. Each subscription or loop runs it anew; leaving aborts it. */
export type Flow<T> = Observable<T> & AsyncIterable<T>;

/** A flow of what a generator yields, begun anew by each reader; the generator's signal is aborted by `signal`, and when its reader has left. */
export const flow = <T>(begin: (signal: AbortSignal) => AsyncGenerator<T, void>, signal?: AbortSignal): Flow<T> => {
  const run = () => {
    const leaving = new AbortController();
    const heard = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
    return { source: begin(heard), leave: () => leaving.abort() };
  };
  const observable = new Observable<T>((subscriber) => {
    const { source, leave } = run();
    subscriber.add(leave);
    return from(source).subscribe(subscriber);
  });
  const pulled = (): AsyncIterator<T, void> => {
    const { source, leave } = run();
    return {
      next: () => source.next(),
      return() {
        leave(); // also while a step is awaited, which then is the last
        return source.return();
      },
    };
  };
  return Object.assign(observable, { [Symbol.asyncIterator]: pulled });
};

/** A stream of what work says while it works, begun anew by each subscriber; it completes when the work has, whose signal is aborted when its reader has left. */
export const telling = <T>(work: (say: (word: T) => void, signal: AbortSignal) => Promise<unknown>): Observable<T> =>
  new Observable((subscriber) => {
    const leaving = new AbortController();
    subscriber.add(() => leaving.abort());
    work((word) => subscriber.next(word), leaving.signal).then(
      () => subscriber.complete(),
      (error) => subscriber.error(error),
    );
  });

/** Hears a stream to its end; an abort leaves it, and fails with the signal's reason. */
export const follow = <T>(stream: Observable<T>, next: (word: T) => void = () => undefined, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const leave = (): void => {
      subscription.unsubscribe();
      reject(signal!.reason);
    };
    const subscription = stream.subscribe({ next, error: reject, complete: resolve });
    if (signal?.aborted) leave();
    else if (signal && !subscription.closed) {
      signal.addEventListener('abort', leave, { once: true });
      subscription.add(() => signal.removeEventListener('abort', leave));
    }
  });
