import type { TSchema } from 'typebox';
import { Generate } from './generate-options.ts';
import { Definition } from './schema.ts';

type Schema = { readonly properties?: Readonly<Record<string, object>>; readonly [key: string]: unknown };

const NOTHING: Schema = {};
const known = new WeakMap<object, WeakMap<object, TSchema>>();

/** A schema with a sampler's settings beside its own keys: each may be left out, and none is filled in. */
export const besideSampler = (own: TSchema, sampler: TSchema | undefined): TSchema => {
  const key = sampler ?? NOTHING;
  const schemas = known.get(own) ?? new WeakMap<object, TSchema>();
  known.set(own, schemas);
  const made = schemas.get(key) ?? joined(own as Schema, key as Schema);
  schemas.set(key, made);
  return made;
};

const joined = (own: Schema, { properties, $defs, definitions }: Schema): TSchema =>
  ({
    ...own,
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
    properties: { ...own.properties, ...(withoutDefaults(properties ?? {}) as object) },
  }) as unknown as TSchema;

/** A pipeline's schema where its `generate` may hold a sampler's settings too. */
export const definitionBeside = (sampler: TSchema | undefined, generate: unknown): TSchema => {
  const plain = Object.keys(Object(generate)).every((key) => Object.hasOwn(Generate.properties, key));
  if (plain || !sampler) return Definition;
  const schemas = known.get(Definition) ?? new WeakMap<object, TSchema>();
  known.set(Definition, schemas);
  const { $defs, definitions } = sampler as Schema;
  const made = schemas.get(sampler) ?? {
    ...(Definition as object),
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
    properties: { ...Definition.properties, generate: besideSampler(Generate, sampler) },
  };
  schemas.set(sampler, made as TSchema);
  return made as TSchema;
};

/** What of a request or of `generate` is a sampler's setting. */
export const samplerSettings = (told: object | undefined, sampler: TSchema | undefined): Record<string, unknown> => {
  const { properties = {} } = (sampler ?? NOTHING) as Schema;
  return Object.fromEntries(Object.entries(told ?? {}).filter(([key]) => Object.hasOwn(properties, key)));
};

/** The same schemas of settings, whose defaults nothing fills in. */
export const withoutDefaults = (schema: unknown, named = true): unknown => {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map((one) => withoutDefaults(one, false));
  const { properties, required } = schema as { properties?: Record<string, object>; required?: unknown };
  const wanted =
    !named && Array.isArray(required) && properties && required.filter((key: string) => !('default' in Object(properties[key])));
  return Object.fromEntries(
    Object.entries(wanted ? { ...schema, required: wanted } : schema)
      .filter(([key]) => named || key !== 'default')
      .map(([key, one]) => [key, VALUES.has(key) && !named ? one : withoutDefaults(one, !named && NAMES.has(key))]),
  );
};

/** Keywords whose keys are names, and those whose values are no schemas. */
const NAMES: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
const VALUES: ReadonlySet<string> = new Set(['const', 'enum', 'examples']);
