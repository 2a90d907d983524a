import type { TSchema } from 'typebox';
import { capabilitiesOf, type Offer, type Registry } from '../plugin/registry.ts';
import type { StageDefinition } from '../plugin/stage-definition.ts';
import type { StageKind } from '../plugin/stage-kinds.ts';
import { validate } from '../settings/validate.ts';
import { Definition } from './schema.ts';
import type { SchemaShape } from './schema-shape.ts';

/** The TypeScript types of a pipeline's definition for a set of plugins, as the text of a module: what an editor completes in code, as the JSON schema does in a file. */
export const pipelineTypes = (registry: Registry): string => {
  const all = registry.plugins.flatMap(({ stages }) => stages);
  const shared = new Set(all.map(({ name }) => name).filter((name, i, names) => names.indexOf(name) !== i));
  const optionsOf = ({ definition }: Offer): string => (definition.options ? typeName(definition, 'Options', shared) : NONE);
  const trainingOf = ({ definition }: Offer): string => (definition.training ? typeName(definition, 'Training', shared) : NONE);
  const named = all.flatMap((one) => [
    ...(one.options ? [[typeName(one, 'Options', shared), one.options, `The options of ${one.name}.`] as const] : []),
    ...(one.training ? [[typeName(one, 'Training', shared), one.training, `How ${one.name} is trained.`] as const] : []),
  ]);
  const use = (verb: StageKind, more = ''): string =>
    registry
      .offers(verb)
      .map((offer) => `Stage<'${offer.name}', ${optionsOf(offer)}${more}>`)
      .join(' | ') || 'never';
  const timed = ', Timed';
  const backend = (offer: Offer): string => `BackendEntry<'${offer.name}', ${optionsOf(offer)}, ${trainingOf(offer)}>`;
  const backends = registry.offers('decode');
  const own = Definition.properties as unknown as Readonly<Record<string, SchemaShape>>;
  const inside = (key: string): Readonly<Record<string, SchemaShape>> => own[key]!.properties!;
  const rest = (from: Readonly<Record<string, SchemaShape>>, ...without: string[]): string =>
    fields({ properties: Object.fromEntries(Object.entries(from).filter(([key]) => !without.includes(key))), required: ['name'] });
  return indented([
    '/** Printed from the code by `npm run schemas`; a test fails where it drifts. */',
    '',
    'type Stage<Name extends string, Options, More = unknown> = Name | ({ readonly use: Name; readonly with?: Options } & More);',
    'type Timed = { readonly timeout?: number };',
    'type BackendEntry<Name extends string, Options, Training> = Timed & { readonly use?: Name; readonly with?: Options; readonly train?: Training };',
    '',
    ...named.flatMap(([name, schema, about]) => [`/** ${about} */`, `export interface ${name} {`, fields(schema as SchemaShape), '}', '']),
    ...(['read', 'tokenize', 'process', 'evaluate', 'write'] as const).flatMap((verb) => [
      `/** What can ${verb}. */`,
      `export type ${capital(verb)}Stage = ${use(verb, verb === 'evaluate' ? ', Timed' : '')};`,
      '',
    ]),
    '/** What a tokenizer’s raw matter is, by its name; a plugin of your own can add its own by declaration merging. */',
    'export interface RawByTokenizer {',
    ...registry.offers('tokenize').flatMap((offer) => (rawOf(offer) === 'text' ? [`  ${key(offer.name)}: string;`] : [])),
    '}',
    '',
    '/** A pipeline as a value; what its JSON file may hold. */',
    'export interface PipelineDefinition {',
    rest(own, 'data', 'stages', 'backends', 'generate'),
    `  /** ${own.data!.description} */`,
    '  readonly data?: {',
    '    readonly train: string | readonly string[];',
    `    readonly valid?: string | ${typeOf(inside('data').valid!)};`,
    rest(inside('data'), 'train', 'valid', 'read'),
    '    readonly read?: ReadStage;',
    '  };',
    `  /** ${own.stages!.description} */`,
    '  readonly stages: {',
    '    readonly tokenize: TokenizeStage;',
    `    readonly backend?: ${backends.map(({ name }) => `'${name}'`).join(' | ')} | (string & {});`,
    ...(['encode', 'attend', 'decode'] as const).map((verb) => `    readonly ${verb}?: ${use(verb, timed)};`),
    `    readonly sample: ${use('sample', ', Timed & { readonly processors?: readonly ProcessStage[] }')};`,
    "    readonly evaluate?: 'auto' | EvaluateStage | readonly EvaluateStage[];",
    '  };',
    `  readonly backends?: { ${backends.map((offer) => `readonly ${key(offer.name)}?: ${backend(offer)}`).join('; ')} } & {`,
    `    readonly [name: string]: ${backends.map(backend).join(' | ')};`,
    '  };',
    `  /** ${own.generate!.description} */`,
    '  readonly generate?: {',
    rest(inside('generate'), 'write'),
    '    readonly write?: WriteStage;',
    ...samplerFields(registry),
    '  };',
    '}',
  ]);
};

/** Lines as a module, each as deep as the braces before it. */
const indented = (lines: readonly string[]): string => {
  let depth = 0;
  const out = lines
    .join('\n')
    .split('\n')
    .map((line) => {
      const text = line.trim();
      const code = text.startsWith('/**') ? '' : text;
      const closes = /^[}\])]/.test(code) ? 1 : 0;
      const at = depth - closes;
      depth += (code.match(/\{/g)?.length ?? 0) - (code.match(/\}/g)?.length ?? 0);
      return text && '  '.repeat(at) + text;
    });
  return `${out.join('\n')}\n`;
};

const rawOf = (offer: Offer): string | undefined => {
  const filled = {};
  if (offer.definition.options) validate(offer.definition.options, filled);
  return capabilitiesOf(offer, filled).raw;
};

const samplerFields = (registry: Registry): string[] => {
  const forms = new Map<string, Set<string>>();
  for (const { definition } of registry.offers('sample'))
    for (const [name, schema] of Object.entries((definition.options as SchemaShape | undefined)?.properties ?? {}))
      forms.set(name, (forms.get(name) ?? new Set()).add(typeOf(schema)));
  return [...forms].map(([name, types]) => `    readonly ${key(name)}?: ${[...types].join(' | ')};`);
};

const NONE = 'Record<string, never>';

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `NgramOptions`; `CsvReaderOptions` where a writer has the name too. */
const typeName = ({ name, kind }: StageDefinition, what: string, shared: ReadonlySet<string>): string => {
  const words = name.split(/[^\p{L}\p{N}]+/u).map(capital);
  return `${words.join('')}${shared.has(name) ? capital(kind) : ''}${what}`;
};

const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);

const fields = ({ properties = {}, required = [] }: SchemaShape): string =>
  Object.entries(properties)
    .map(([name, schema]) => {
      const optional = !required.includes(name) || schema.default !== undefined;
      const about = schema.description === undefined ? '' : `  /** ${schema.description.replaceAll('*/', '*\\/')} */\n`;
      return `${about}  readonly ${key(name)}${optional ? '?' : ''}: ${typeOf(schema)};`;
    })
    .join('\n');

const typeOf = (schema: SchemaShape | TSchema): string => {
  const { type, anyOf, items, properties, patternProperties, enum: values, ...rest } = schema as SchemaShape;
  if ('const' in rest) return JSON.stringify(rest.const);
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' | ');
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'array':
      return Array.isArray(items)
        ? `readonly [${items.map(typeOf).join(', ')}]`
        : `readonly (${items ? typeOf(items as SchemaShape) : 'unknown'})[]`;
    case 'object': {
      if (properties) return `{\n${fields(schema as SchemaShape)}\n}`;
      const [value] = Object.values(patternProperties ?? {});
      return `Readonly<Record<string, ${value ? typeOf(value) : 'unknown'}>>`;
    }
    default:
      return 'unknown';
  }
};
