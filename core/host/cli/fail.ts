import { inspect } from 'node:util';
import pc from 'picocolors';
import { InvalidGenerateOptions, isAbort, StagewrightError } from '../../declaring.ts';
import { note, outlet } from './outlet.ts';

/** Says what went wrong, on stderr, and sets the exit status: 130 where the user left, 2 where the command line asks for what cannot be, else 1. What failed while closing comes after what failed before; `traced` tells where each was thrown and what led to it. Where the reader has left, nobody is told that the work stopped. */
export const fail = (error: unknown, traced: boolean): void => {
  const all = unfolded(error);
  const said = all.filter((one) => !isAbort(one));
  if (said.length < all.length && outlet.aborted && !isAbort(outlet.reason) && !said.includes(outlet.reason)) said.unshift(outlet.reason);
  if (said.length < all.length && !outlet.aborted) note(`${pc.dim('stopped; the last good model is untouched')}\n`);
  for (const one of said) note(`${pc.red('error')} ${traced ? inspect(one) : wordsOf(one)}\n`);
  process.exitCode = said.length === 0 ? 130 : said[0] instanceof InvalidGenerateOptions ? 2 : 1;
};

const wordsOf = (error: unknown): string => {
  if (error instanceof StagewrightError) return error.message;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  return `${message || name} (nobody foresaw this; --debug says where it came from)`;
};

/** What `await using` threw, in the order in which it happened. */
const unfolded = (error: unknown): unknown[] => {
  const { name, error: later, suppressed } = Object(error) as { name?: unknown; error?: unknown; suppressed?: unknown };
  return name === 'SuppressedError' ? [...unfolded(suppressed), ...unfolded(later)] : [error];
};
