import { defer, finalize, from, type Observable } from 'rxjs';

/** A stream of what a generator yields, begun anew by each subscriber; its signal is aborted by `signal`, and when its reader leaves. */
export const untilLeft = <T>(signal: AbortSignal, begin: (signal: AbortSignal) => AsyncGenerator<T, void>): Observable<T> =>
  defer(() => {
    const left = new AbortController();
    return from(begin(AbortSignal.any([signal, left.signal]))).pipe(finalize(() => left.abort()));
  });

/** Runs one after the other, also where one throws; then throws what the first threw. */
export const closeAll = async (closing: readonly (() => Promise<void>)[]): Promise<void> => {
  const thrown: unknown[] = [];
  for (const close of closing) await close().catch((error) => thrown.push(error));
  if (thrown.length > 0) throw thrown[0];
};
