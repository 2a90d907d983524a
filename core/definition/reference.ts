import type { TSchema } from 'typebox';
import { capabilitiesOf, type Registry } from '../plugin/registry.ts';
import { STAGE_KINDS, type StageKind } from '../plugin/stage-kinds.ts';
import { validate } from '../settings/validate.ts';
import { rangeOf } from '../settings/wording.ts';
import type { Capabilities } from '../stages/capabilities.ts';
import type { SchemaShape } from './schema-shape.ts';

/** One setting as a reader meets it. */
export interface OptionEntry {
  readonly path: string;
  /** What it may be: `a whole number from 1 to 6`. */
  readonly form: string;
  readonly preset?: unknown;
  readonly about: string;
  readonly examples: readonly unknown[];
}

/** One stage that a pipeline may use, or a backend with all its verbs. */
export interface StageEntry {
  readonly name: string;
  readonly plugin: string;
  readonly verbs: readonly StageKind[];
  readonly about: string;
  readonly options: readonly OptionEntry[];
  readonly training: readonly OptionEntry[];
  /** What is capabilitiesOf of it under its defaults; absent where it wants settings first. */
  readonly capabilities?: Capabilities;
}

/** Every stage of a set of plugins with every setting, as their schemas say it. */
export const reference = ({ plugins }: Registry): StageEntry[] =>
  plugins.flatMap((plugin) =>
    plugin.stages.map((definition): StageEntry => {
      const { name, about = plugin.about, options, training, makes } = definition;
      const settings = {};
      const ready = !options || validate(options, settings).length === 0;
      return {
        name,
        plugin: plugin.name,
        verbs: STAGE_KINDS.filter((verb) => makes[verb]),
        about,
        options: entries(options),
        training: entries(training),
        ...(ready && { capabilities: capabilitiesOf({ plugin, definition }, settings) }),
      };
    }),
  );

const entries = (schema: TSchema | undefined): OptionEntry[] => inside((schema ?? {}) as SchemaShape, '');

/** The settings of an object, and of the forms that a value may have, those of each. */
const inside = ({ properties = {}, anyOf = [] }: SchemaShape, path: string): OptionEntry[] => [
  ...Object.entries(properties).flatMap(([key, one]) => {
    const here = path ? `${path}.${key}` : key;
    if (one.const !== undefined) return [];
    const below = inside(one, here);
    const bare = one.type === 'object' && key === 'with' && below.length > 0;
    const entry = { path: here, form: formOf(one), about: one.description ?? '', examples: one.examples ?? [] };
    return bare ? below : [{ ...entry, ...(one.default !== undefined && { preset: one.default }) }, ...below];
  }),
  ...anyOf.flatMap((form) => inside(form, path)),
];

const formOf = (schema: SchemaShape): string => {
  const { type, anyOf, items, properties } = schema;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' or ');
  if (schema.expects) return schema.expects;
  if (anyOf) return [...new Set(anyOf.map(formOf))].join(' or ');
  const range = rangeOf(schema as Record<string, unknown>);
  switch (type) {
    case 'integer':
      return `whole number ${range}`.trim();
    case 'number':
      return `number ${range}`.trim();
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return Array.isArray(items) ? `[${items.map(formOf).join(', ')}]` : `list of ${formOf((items ?? {}) as SchemaShape)}`;
    case 'object': {
      const keys = Object.entries(properties ?? {}).map(([key, one]) =>
        one.const === undefined ? `"${key}"` : `"${key}": ${formOf(one)}`,
      );
      return keys.length > 0 ? `{ ${keys.join(', ')} }` : 'object';
    }
    default:
      return 'anything';
  }
};
