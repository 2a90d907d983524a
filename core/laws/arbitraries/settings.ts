import fc, { type Arbitrary } from 'fast-check';

/** As much of a JSON schema as settings are made of. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly items?: Schema | readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
}

/** Settings that a plugin's own schema allows; what is optional is sometimes left out, and `fixed` settings are as they are given. */
export const settings = (schema: object, fixed: Readonly<Record<string, unknown>> = {}): Arbitrary<Record<string, unknown>> =>
  (allowed(schema as Schema) as Arbitrary<Record<string, unknown>>).map((free) => ({ ...free, ...fixed }));

/** The same as a file may write them: what has a default is sometimes left out as well. */
export const written = (schema: object): Arbitrary<Record<string, unknown>> =>
  allowed(schema as Schema, true) as Arbitrary<Record<string, unknown>>;

const allowed = (schema: Schema, sparing = false): Arbitrary<unknown> => {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => allowed(choice, sparing)));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return objectOf(schema, sparing);
    case 'array':
      if (Array.isArray(schema.items)) return fc.tuple(...(schema.items as Schema[]).map((one) => allowed(one, sparing)));
      return (schema.uniqueItems ? fc.uniqueArray : fc.array)(allowed((schema.items as Schema | undefined) ?? {}, sparing), {
        minLength: schema.minItems ?? 0,
        maxLength: schema.maxItems ?? (schema.minItems ?? 0) + 3,
      });
    case 'integer':
      return integerOf(schema);
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return schema.pattern
        ? fc.stringMatching(new RegExp(schema.pattern, 'u'))
        : fc.string({ minLength: schema.minLength ?? 0, maxLength: schema.maxLength ?? (schema.minLength ?? 0) + 8 });
    default:
      return fc.constant(schema.default ?? null);
  }
};

const objectOf = ({ properties = {}, required = [] }: Schema, sparing: boolean): Arbitrary<unknown> =>
  fc.record(Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, allowed(property, sparing)])), {
    requiredKeys: required.filter((name) => !sparing || properties[name]?.default === undefined),
  });

const integerOf = (schema: Schema): Arbitrary<number> => {
  const step = schema.multipleOf ?? 1;
  const low = Math.ceil(
    (schema.minimum ?? (schema.exclusiveMinimum === undefined ? Math.min(0, schema.maximum ?? 0) : schema.exclusiveMinimum + 1)) / step,
  );
  const high = Math.floor(
    (schema.maximum ?? (schema.exclusiveMaximum === undefined ? (low + 64) * step : schema.exclusiveMaximum - 1)) / step,
  );
  return fc.integer({ min: low, max: high }).map((n) => n * step);
};

/** The ends of the range, where they belong to it, come often. */
const numberOf = (schema: Schema): Arbitrary<number> => {
  const low = schema.minimum ?? schema.exclusiveMinimum ?? Math.min(0, schema.maximum ?? 0);
  const high = schema.maximum ?? schema.exclusiveMaximum ?? low + 4;
  const between = fc.double({
    min: low,
    max: high,
    minExcluded: schema.minimum === undefined && schema.exclusiveMinimum !== undefined,
    maxExcluded: schema.maximum === undefined && schema.exclusiveMaximum !== undefined,
    noNaN: true,
  });
  const ends = [schema.minimum, schema.maximum].filter((end) => end !== undefined);
  const even = fc.integer({ min: 1, max: 15 }).map((n) => low + ((high - low) * n) / 16);
  const across = { withCrossShrink: true }; // towards an even number, which a person can read
  return ends.length === 0 ? fc.oneof(across, even, between) : fc.oneof(across, even, between, fc.constantFrom(...ends));
};
