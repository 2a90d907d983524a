import pc from 'picocolors';
import { isAbort, StagewrightError } from '../../declaring.ts';

/** Says what went wrong, on stderr, and sets the exit status: 130 where the user left, else 1. What we did not foresee comes with its trace. */
export const fail = (error: unknown): void => {
  if (isAbort(error)) {
    process.stderr.write(`${pc.dim('stopped; the last good model is untouched')}\n`);
    process.exitCode = 130;
    return;
  }
  const text = error instanceof StagewrightError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${pc.red('error')} ${text}\n`);
  process.exitCode = 1;
};
