import type { Type as TypeBox } from 'typebox';

export type { Static, TSchema } from 'typebox';

/**
 * TypeBox's builders of schemas, as far as settings need them, with its types: `Type.Object({ order: Type.Integer({ default: 5 }) }, { additionalProperties: false })`.
 * Its own are 700 modules, which would be most of what a command waits for; schemas of both mix.
 */
type Builders = Pick<
  typeof TypeBox,
  | 'Array'
  | 'Boolean'
  | 'Enum'
  | 'Integer'
  | 'Literal'
  | 'Null'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Partial'
  | 'Record'
  | 'String'
  | 'Tuple'
  | 'Union'
  | 'Unknown'
  | 'Unsafe'
>;

type Schema = Record<string, unknown>;

/** TypeBox's own mark of a key that may be left out. */
const OPTIONAL = '~optional';

const plain = (type: string) => (options?: Schema) => ({ type, ...options });

const build = {
  Boolean: plain('boolean'),
  Integer: plain('integer'),
  Null: plain('null'),
  Number: plain('number'),
  String: plain('string'),
  Unknown: (options?: Schema) => ({ ...options }),
  Unsafe: (schema: Schema) => ({ ...schema }),
  Literal: (value: unknown, options?: Schema) => ({ type: typeof value, const: value, ...options }),
  Enum: (values: readonly unknown[] | Schema, options?: Schema) => ({ enum: Object.values(values), ...options }),
  Array: (items: Schema, options?: Schema) => ({ type: 'array', items, ...options }),
  Tuple: (items: readonly Schema[], options?: Schema) => ({
    type: 'array',
    items,
    additionalItems: false,
    minItems: items.length,
    ...options,
  }),
  Union: (anyOf: readonly Schema[], options?: Schema) => ({ anyOf, ...options }),
  Record: (_: Schema, value: Schema, options?: Schema) => ({ type: 'object', patternProperties: { '^.*$': value }, ...options }),
  Optional: (schema: Schema) => Object.defineProperty({ ...schema }, OPTIONAL, { value: true }),
  Object: (properties: Readonly<Record<string, Schema>>, options?: Schema) => {
    const required = Object.keys(properties).filter((key) => properties[key]![OPTIONAL] !== true);
    return { type: 'object', ...(required.length > 0 && { required }), properties, ...options };
  },
};

/** The same object, each of whose keys may be left out. */
const partial = ({ required: _, properties, ...rest }: Schema, options?: Schema): Schema => ({
  ...rest,
  ...options,
  properties: Object.fromEntries(Object.entries(properties as Record<string, Schema>).map(([key, one]) => [key, build.Optional(one)])),
});

/** Builds JSON schemas of settings, whose static types TypeScript infers. */
export const Type = { ...build, Partial: partial } as unknown as Builders;
