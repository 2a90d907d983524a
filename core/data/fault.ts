import { StagewrightError } from '../errors.ts';

/** An error in a form that crosses from thread to thread. */
export interface Fault {
  readonly name: string;
  readonly message: string;
  readonly code: string | number | undefined;
  readonly stack: string | undefined;
  readonly cause: { readonly fault: Fault } | { readonly value: unknown } | undefined;
}

/** How many causes of causes are told; they might go round in a circle. */
const CAUSES = 8;

/** What is to be told of an error, or of whatever was thrown. */
export const faultOf = (error: unknown, causes = CAUSES): Fault => {
  if (!(error instanceof Error)) return faultOf(new Error(String(error)), causes);
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    name,
    message,
    stack,
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    cause:
      cause === undefined || causes === 0
        ? undefined
        : cause instanceof Error
          ? { fault: faultOf(cause, causes - 1) }
          : { value: plain(cause) },
  };
};

/** A cause that is no error: as it is where it is a simple value, else as text. */
const plain = (cause: unknown): unknown =>
  cause === null || !['object', 'function', 'symbol'].includes(typeof cause) ? cause : String(cause);

const KINDS: Readonly<Record<string, ErrorConstructor>> = { RangeError, ReferenceError, SyntaxError, TypeError };

/** The error that was told of: one of ours is one of ours again, with its code and its cause. */
export const errorOf = ({ name, message, code, stack, cause }: Fault): Error => {
  const because = cause && ('fault' in cause ? errorOf(cause.fault) : cause.value);
  if (name === 'StagewrightError') return new StagewrightError(String(code), message, because);
  const error = new (KINDS[name] ?? Error)(message, cause && { cause: because });
  const more = { name, stack, code };
  for (const [key, value] of Object.entries(more)) {
    if (value !== undefined && error[key as 'name'] !== value)
      Object.defineProperty(error, key, { value, configurable: true, writable: true });
  }
  return error;
};
