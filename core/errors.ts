/** Where a fault stands in a file: counted from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Every error that Stagewright raises on purpose: a stable code, and a sentence with what was asked, what was found and the mend. */
export class StagewrightError extends Error {
  override readonly name = 'StagewrightError';
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  /** The same error with what led to it. */
  because(cause: unknown): StagewrightError {
    return new StagewrightError(this.code, this.message, cause);
  }
}

/** A shelf of errors: each code with the function that words it; a plugin keeps its own in `errors.ts`. */
export const defineErrors = <const T extends Readonly<Record<string, (...args: never[]) => string>>>(
  sentences: T,
): { readonly [C in keyof T]: (...args: Parameters<T[C]>) => StagewrightError } =>
  Object.fromEntries(
    Object.entries(sentences).map(([code, sentence]) => [code, (...args: never[]) => new StagewrightError(code, sentence(...args))]),
  ) as never;

/** `file:line:column`, as far as it is known. */
export const where = ({ file, line, column }: Place): string => [file, line, column].filter((part) => part !== undefined).join(':');

/** Whether an error says that someone has left, rather than that something broke. */
export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The core's shelf. */
export const errors = defineErrors({
  // stages at work
  STAGE_FAILED: (verb: string, name: string, error: unknown) => `${verb} of "${name}" failed: ${messageOf(error)}`,
  STAGE_TIMEOUT: (verb: string, name: string, seconds: number) =>
    `${verb} of "${name}" took longer than its timeout of ${seconds} s; raise "timeout" beside its "use", or leave it out.`,
  WRONG_SHAPE: (verb: string, name: string, what: string) => `${verb} of "${name}" returned the wrong shape: ${what}.`,
  EMPTY_PROMPT: () =>
    'A row is empty, and the backend predicts the next token from those before; give a prompt, or a tokenizer with a start token.',
  CONTEXT_EXCEEDED: (length: number, context: number) =>
    `A row of ${length} tokens exceeds the backend's context of ${context}; shorten the prompt or max_new_tokens, or raise the context and train again.`,
  NO_LIKELIHOOD: (name: string) => `"${name}" gives samples without likelihood, so nothing can be scored; use measures of generated items.`,
});
