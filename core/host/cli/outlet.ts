import { once } from 'node:events';
import { constants } from 'node:os';
import { errors, isAbort, StagewrightError } from '../../declaring.ts';

const lost = new AbortController();

/** Aborted when nobody reads any longer what is printed (`| head -1`), or when it cannot be printed. */
export const outlet: AbortSignal = lost.signal;

const readerLeft = (): boolean => outlet.aborted && isAbort(outlet.reason);

/** Hears of readers that leave. The process then ends as one that a broken pipe ends: with the status that shells report of SIGPIPE, 141, and without a word. */
export const heedReaders = (): void => {
  process.stdout.on('error', lose);
  process.stderr.on('error', (error) => isPipe(error) && lose(error)); // else nobody is left who could be told
  process.on('exit', () => {
    if (outlet.aborted) process.exitCode = readerLeft() ? 128 + constants.signals.SIGPIPE : 1;
  });
};

const lose = (error: unknown): void => {
  if (isAbort(error) || error instanceof StagewrightError) return;
  if (isPipe(error)) lost.abort();
  else lost.abort(errors.CANNOT_PRINT(error).because(error));
};

const isPipe = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EPIPE';

/** Writes to stdout as slowly as its reader reads. Throws an AbortError where that one has left, CANNOT_PRINT where a disk is full. */
export const print = async (text: string): Promise<void> => {
  outlet.throwIfAborted();
  try {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  } catch (error) {
    lose(error);
  }
  outlet.throwIfAborted();
};

/** Writes to stderr; what cannot be said there ends no work, unless its reader left. */
export const note = (text: string): void => void process.stderr.write(text);
