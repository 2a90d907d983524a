const HERE = new URL('..', import.meta.url).href;

/** The line of the user's own source that is being run, `model.ts:12:7`: the nearest one outside the toolkit. */
export const callerLine = (): string | undefined => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = stackTraceLimit;
  const path = HERE.replace('file://', '');
  const line = stack
    .split('\n')
    .find((frame) => /^\s+at /.test(frame) && !frame.includes(path) && !frame.includes('node:') && !frame.includes('<anonymous>'));
  return line?.match(/([^/\\(\s]+:\d+:\d+)\)?$/)?.[1];
};
