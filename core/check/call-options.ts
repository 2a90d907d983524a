import type { TSchema } from 'typebox';
import { OpenOptionsSchema, ScoreOptions } from '../definition/call-options.ts';
import { StagewrightError } from '../errors.ts';
import { validate } from '../settings/validate.ts';
import { type OptionFault, show } from '../settings/wording.ts';

/** All that is wrong with the arguments of a call. */
export class InvalidArguments extends StagewrightError {
  readonly faults: readonly OptionFault[];
  constructor(call: string, faults: readonly OptionFault[]) {
    super('ARGUMENTS_INVALID', faults.map(({ path, message }) => `${[call, ...path].join('.')}: ${message}`).join('\n'));
    this.faults = faults;
  }
}

/** What stands where an object of options should: `null`, `5`, `a Map`; undefined where such an object does. */
export const noOptions = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return show(value);
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return kind === 'Object' ? undefined : `a ${kind}`;
};

/** Whether something can say that somebody left. */
export const isSignal = (value: unknown): boolean => {
  const { aborted, addEventListener } = Object(value) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
};

/** Throws InvalidArguments with all that is wrong with what is to be opened, and how. */
export const checkOpening = (source: unknown, options: unknown): void => {
  const faults = faultsIn(OpenOptionsSchema, options);
  const other = typeof source === 'string' ? undefined : noOptions(source);
  if (other !== undefined) faults.unshift({ path: [], message: `what is opened must be a path or a definition, not ${other}.` });
  const { provide } = Object(options) as { provide?: unknown };
  for (const [at, one] of Array.isArray(provide) ? provide.entries() : [])
    if (typeof Object(Object(one).key).id !== 'symbol')
      faults.push({ path: ['provide', at], message: `it must be made by bind(KEY, value), not ${show(one)}.` });
  if (faults.length > 0) throw new InvalidArguments('open', faults);
};

/** Throws InvalidArguments with all that is wrong with what is to be scored, `raw` being what the tokenizer spells, where that is known. */
export const checkScoring = (items: unknown, options: unknown, raw: string | undefined): void => {
  const faults = faultsIn(ScoreOptions, options);
  const { signal } = Object(options) as { signal?: unknown };
  if (signal !== undefined && !isSignal(signal))
    faults.push({ path: ['signal'], message: `"signal" must be an AbortSignal, not ${show(signal)}.` });
  if (!Array.isArray(items)) {
    const one = typeof items === 'string' ? `; write [${show(items)}] for one` : '';
    faults.unshift({ path: [], message: `what is scored must be a list of items, not ${noOptions(items) ?? show(items)}${one}.` });
  } else if (raw === 'text')
    for (const [at, item] of Array.from(items).entries())
      if (typeof item !== 'string') faults.push({ path: [at], message: `it must be a text, not ${show(item)}.` });
  if (faults.length > 0) throw new InvalidArguments('score', faults);
};

/** What is undefined in options is as if it were left out. */
const faultsIn = (schema: TSchema, options: unknown): OptionFault[] => {
  const other = noOptions(options);
  if (other !== undefined) return [{ path: [], message: `its options must be an object, not ${other}; leave them out, or write { }.` }];
  return validate(schema, Object.fromEntries(Object.entries(options as object).filter(([, value]) => value !== undefined)));
};
