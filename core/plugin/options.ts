import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { closest, distance } from 'fastest-levenshtein';
import type { TSchema } from 'typebox';

/** Something wrong at one path of a JSON value, with the mend. */
export interface OptionFault {
  /** Keys and indices from the root of what was validated. */
  readonly path: readonly (string | number)[];
  /** Whether the key at the end of the path is at fault, rather than its value. */
  readonly atKey?: boolean;
  readonly message: string;
}

const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: false, verbose: true });
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** Checks a JSON value against a schema and fills in its defaults, in place; answers all faults at once. */
export const validate = (schema: TSchema, value: unknown): OptionFault[] => {
  let check = compiled.get(schema);
  if (!check) {
    check = ajv.compile(schema);
    compiled.set(schema, check);
  }
  if (check(value)) return [];
  const found = check.errors ?? [];
  const unions = found.filter(({ keyword }) => keyword === 'anyOf').map(({ schemaPath }) => schemaPath);
  return found.filter(({ schemaPath }) => !unions.some((union) => schemaPath.startsWith(`${union}/`))).map(faultOf);
};

/** The known name nearest to one that is not known, as half a sentence; empty where none is near. */
export const didYouMean = (name: string, known: readonly string[]): string => {
  if (known.length === 0) return '';
  const plain = (word: string): string => word.replace(/[^a-z0-9]/gi, '').toLowerCase();
  const same = known.find((one) => plain(one) === plain(name));
  const best = same ?? closest(name, [...known]);
  return same || distance(name, best) <= Math.max(1, Math.floor(Math.max(name.length, best.length) / 3)) ? `; did you mean "${best}"?` : '';
};

const fromPointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');
const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const faultOf = ({ keyword, instancePath, params, parentSchema, data, message }: ErrorObject): OptionFault => {
  const path = instancePath.split('/').slice(1).map(fromPointer);
  const name = path.at(-1) === undefined ? 'the value' : `"${path.at(-1)}"`;
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const known = Object.keys((parentSchema?.properties ?? {}) as object);
      const mend = didYouMean(key, known) || (known.length ? `; known are ${known.join(', ')}.` : '; no settings are known here.');
      return { path: [...path, key], atKey: true, message: `unknown key "${key}"${mend}` };
    }
    case 'required':
      return { path, message: `the key "${params.missingProperty}" is missing.` };
    case 'type':
      return { path, message: `${name} must be ${[params.type].flat().join(' or ')}, not ${show(data)}.` };
    case 'enum':
    case 'const': {
      const allowed = (keyword === 'const' ? [params.allowedValue] : params.allowedValues) as unknown[];
      return {
        path,
        message: `${name} must be ${allowed.map(show).join(' or ')}, not ${show(data)}${didYouMean(String(data), allowed.map(String))}`,
      };
    }
    case 'anyOf':
      return { path, message: `${name} must be ${(parentSchema?.expects as string | undefined) ?? 'of another form'}, not ${show(data)}.` };
    default:
      return { path, message: `${name} ${message ?? 'is not allowed'}, not ${show(data)}.` };
  }
};
