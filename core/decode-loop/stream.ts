import { from, Observable } from 'rxjs';

/** A stream with two faces: an rxjs Observable, and an AsyncIterable that is pulled as slowly as it is read. Each subscription or loop runs it anew; leaving aborts it. */
export type Flow<T> = Observable<T> & AsyncIterable<T>;

/** Signals that abort something; those that are absent never do. */
type Signals = readonly (AbortSignal | undefined)[];

/** Whom a signal aborts: all of them over one listener of it, since Node warns of more than ten. */
const heard = new WeakMap<AbortSignal, { readonly by: Set<AbortController>; readonly tell: () => void }>();

const hearersOf = (signal: AbortSignal) => {
  const known = heard.get(signal);
  if (known) return known;
  const by = new Set<AbortController>();
  const hearers = {
    by,
    tell() {
      for (const controller of [...by]) controller.abort(signal.reason);
    },
  };
  heard.set(signal, hearers);
  return hearers;
};

/** Aborts a controller when any of some signals is, until it is told to stop listening: unlike AbortSignal.any, nothing stays behind with a signal that lives long. */
const listen = (signals: Signals, controller: AbortController): (() => void) => {
  const told = signals.filter((signal) => signal !== undefined);
  const aborted = told.find((signal) => signal.aborted);
  if (aborted) {
    controller.abort(aborted.reason);
    return () => undefined;
  }
  for (const signal of told) {
    const { by, tell } = hearersOf(signal);
    if (by.size === 0) signal.addEventListener('abort', tell, { once: true });
    by.add(controller);
  }
  return () => {
    for (const signal of told) {
      const { by, tell } = hearersOf(signal);
      by.delete(controller);
      if (by.size === 0) signal.removeEventListener('abort', tell);
    }
  };
};

/** Work whose signal is aborted by any of some others while it lasts. */
export const under = async <T>(signals: Signals, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const controller = new AbortController();
  const stop = listen(signals, controller);
  try {
    return await work(controller.signal);
  } finally {
    stop();
  }
};

/** A flow of what a generator yields, begun anew by each reader; the generator's signal is aborted by any of some others, and when its reader has left. */
export const flow = <T>(begin: (signal: AbortSignal) => AsyncGenerator<T, void>, ...signals: Signals): Flow<T> => {
  const run = () => {
    const leaving = new AbortController();
    const stop = listen(signals, leaving);
    const leave = (): void => {
      stop();
      leaving.abort();
    };
    return { source: begin(leaving.signal), stop, leave };
  };
  const observable = new Observable<T>((subscriber) => {
    const { source, leave } = run();
    subscriber.add(leave);
    return from(source).subscribe(subscriber);
  });
  const pulled = (): AsyncIterator<T, void> => {
    const { source, stop, leave } = run();
    return {
      next() {
        const step = source.next();
        step.then(({ done }) => done && stop(), stop);
        return step;
      },
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
