const said = new Set<string>();

/** Says on standard error what the files of a tokenizer ask for and nobody obeys; the same only once in a process. */
export const warn = (message: string): void => {
  if (said.has(message)) return;
  said.add(message);
  process.emitWarning(message, { type: 'StagewrightWarning', code: 'SUBWORD_IDLE_KEYS' });
};
