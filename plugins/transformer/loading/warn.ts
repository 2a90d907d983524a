const said = new Set<string>();

/** Says on standard error what a folder asks for and nobody obeys; the same only once in a process. */
export const warn = (code: string, message: string): void => {
  if (said.has(message)) return;
  said.add(message);
  process.emitWarning(message, { type: 'StagewrightWarning', code });
};
