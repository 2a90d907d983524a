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
  readonly place: Place | undefined;

  constructor(code: string, message: string, { cause, place }: { cause?: unknown; place?: Place } = {}) {
    super(place ? `${where(place)} ${message}` : message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.place = place;
  }
}

const where = ({ file, line, column }: Place): string => [file, line, column].filter((part) => part !== undefined).join(':');

/** A shelf of errors: each code with the function that words it; a plugin keeps its own in `errors.ts`. */
export const defineErrors = <const T extends Readonly<Record<string, (...args: never[]) => string>>>(
  sentences: T,
): { readonly [C in keyof T]: (...args: Parameters<T[C]>) => StagewrightError } =>
  Object.fromEntries(
    Object.entries(sentences).map(([code, sentence]) => [
      code,
      (...args: never[]) => {
        const error = new StagewrightError(code, sentence(...args));
        Error.captureStackTrace(error, undefined);
        return error;
      },
    ]),
  ) as never;
