import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { faultsOf, type OptionFault } from './wording.ts';

// our own schemas are tested; those of others are looked at when their plugins are loaded: doing so, and tidying checks that run once, is half of what a short check takes
const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: false, verbose: true, validateSchema: false, code: { optimize: false } });
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** Checks a JSON value against a schema and fills in its defaults, in place; answers all faults at once. */
export const validate = (schema: TSchema, value: unknown): OptionFault[] => {
  let check = compiled.get(schema);
  if (!check) {
    check = ajv.compile(schema);
    compiled.set(schema, check);
  }
  return check(value) ? [] : faultsOf(check.errors ?? []);
};

/** What is wrong with a schema itself, if anything. */
export const schemaFault = (schema: TSchema): string | undefined =>
  ajv.validateSchema(schema) ? undefined : ajv.errorsText(ajv.errors, { dataVar: 'schema' });
