import pc from 'picocolors';
import { InvalidGenerateOptions, isAbort, StagewrightError } from '../../declaring.ts';

/** Says what went wrong, on stderr, and sets the exit status: 130 where the user left, 2 where the command line asks for what cannot be, else 1. What we did not foresee comes with its trace; what failed while closing comes after what failed before. */
export const fail = (error: unknown): void => {
  const all = unfolded(error);
  const said = all.filter((one) => !isAbort(one));
  if (said.length < all.length) process.stderr.write(`${pc.dim('stopped; the last good model is untouched')}\n`);
  for (const one of said) {
    const text = one instanceof StagewrightError ? one.message : one instanceof Error ? (one.stack ?? one.message) : String(one);
    process.stderr.write(`${pc.red('error')} ${text}\n`);
  }
  process.exitCode = said.length === 0 ? 130 : said[0] instanceof InvalidGenerateOptions ? 2 : 1;
};

/** What `await using` threw, in the order in which it happened. */
const unfolded = (error: unknown): unknown[] => {
  const { name, error: later, suppressed } = Object(error) as { name?: unknown; error?: unknown; suppressed?: unknown };
  return name === 'SuppressedError' ? [...unfolded(suppressed), ...unfolded(later)] : [error];
};
