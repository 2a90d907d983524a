import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { faultsOf, type OptionFault } from './wording.ts';

const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: false, verbose: true });
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** Checks a JSON value against a schema and fills in its defaults, in place; answers all faults at once. Throws where the schema itself is none. */
export const validate = (schema: TSchema, value: unknown): OptionFault[] => {
  let check = compiled.get(schema);
  if (!check) {
    check = ajv.compile(schema);
    compiled.set(schema, check);
  }
  return check(value) ? [] : faultsOf(check.errors ?? []);
};
