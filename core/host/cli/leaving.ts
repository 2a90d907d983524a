import { constants } from 'node:os';

/** Runs work that hears of Ctrl-C and SIGTERM through its signal; a second one ends the process at once. The cursor is shown again in any case. */
export const leaving = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const stop = new AbortController();
  const hear = (name: 'SIGINT' | 'SIGTERM'): void => {
    if (stop.signal.aborted) process.exit(128 + constants.signals[name]);
    stop.abort();
  };
  process.on('SIGINT', hear).on('SIGTERM', hear);
  try {
    await work(stop.signal);
  } finally {
    process.off('SIGINT', hear).off('SIGTERM', hear);
    if (process.stderr.isTTY) process.stderr.write('\u001b[?25h');
  }
};
