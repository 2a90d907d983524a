import { constants } from 'node:os';
import { note, outlet } from './outlet.ts';

/** Runs work that hears of Ctrl-C, of SIGTERM and of a reader that leaves through its signal; a second Ctrl-C ends the process at once. The cursor is shown again in any case. */
export const leaving = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const stop = new AbortController();
  const hear = (name: 'SIGINT' | 'SIGTERM'): void => {
    if (stop.signal.aborted) process.exit(128 + constants.signals[name]);
    stop.abort();
  };
  process.on('SIGINT', hear).on('SIGTERM', hear);
  try {
    await work(AbortSignal.any([stop.signal, outlet]));
  } finally {
    process.off('SIGINT', hear).off('SIGTERM', hear);
    if (process.stderr.isTTY) note('\u001b[?25h');
  }
};
