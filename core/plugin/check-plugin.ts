import type { TSchema } from 'typebox';
import { errors } from '../errors.ts';
import { mend, nearest } from '../settings/nearest.ts';
import { Type } from '../settings/type.ts';
import { schemaFault, validate } from '../settings/validate.ts';
import { CONTRACT, type Plugin } from './define.ts';
import { REQUEST_KEYS } from './request-keys.ts';
import type { StageDefinition } from './stage-definition.ts';
import { type DefinitionKind, STAGES, type StageKind } from './stage-kinds.ts';

const Names = Type.Array(Type.String());
const one = (...values: readonly string[]) => Type.Enum(values);
const some = (...values: readonly string[]) => Type.Array(one(...values));

/** The schema of `Capabilities`, by which those of a plugin are checked. */
const CapabilitiesSchema = Type.Partial(
  Type.Object({
    hidden: Type.String(),
    predictions: Type.Array(
      Type.Object({ kind: one('categorical', 'logistic', 'point'), extent: one('next', 'whole') }, { additionalProperties: false }),
    ),
    likelihood: some('exact', 'bound', 'none'),
    items: some('generated', 'training', 'real', 'scored'),
    raw: Type.String(),
    extras: some('features', 'mask', 'given', 'shape'),
    named: Type.Boolean(),
    tasks: Names,
    serving: Names,
    trained: Type.Boolean(),
    agreement: one('bitwise', 'tolerance', 'statistical'),
  }),
  { additionalProperties: false },
);

/** Throws PLUGIN_CAPABILITIES where a plugin says of a stage what nobody knows. */
export const checkCapabilities = (plugin: string, stage: string, told: unknown): void => {
  const faults = validate(CapabilitiesSchema, told).map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (faults.length > 0) throw errors.PLUGIN_CAPABILITIES(plugin, stage, faults);
};

/** What each key of a definition holds. */
const KEYS: Readonly<Record<string, 'text' | 'object' | 'function' | 'either'>> = {
  kind: 'text',
  name: 'text',
  about: 'text',
  options: 'object',
  capabilities: 'either',
  survey: 'function',
  needs: 'object',
  makes: 'object',
  conflicts: 'function',
  training: 'object',
  model: 'function',
  within: 'object',
  extensions: 'object',
};

/** Keys that only some kinds of definitions have. */
const ONLY: Readonly<Record<string, readonly DefinitionKind[]>> = {
  training: ['backend'],
  model: ['backend'],
  within: ['evaluator'],
  extensions: ['reader', 'writer'],
};

const PLUGIN_KEYS: readonly string[] = ['name', 'contract', 'about', 'stages', 'adopt'];

/** What the functions that define stages are called with, which `make` stands for where there is one verb alone. */
const verbsOf = (kind: DefinitionKind): string[] => {
  const verbs = (Object.keys(STAGES) as StageKind[]).filter((verb) => STAGES[verb].of === kind);
  return verbs.length > 1 ? verbs : ['make'];
};

const KINDS: ReadonlySet<string> = new Set(Object.values(STAGES).map(({ of }) => of));

/** Whether a value is a plugin, with every key known and every schema closed, so that nothing it says is passed over. `strange`: its schemas are looked at as well. Throws NOT_A_PLUGIN, PLUGIN_CONTRACT and their like. */
export const checkPlugin = (value: unknown, name: string, strange = false): Plugin => {
  const plugin = value as Plugin | undefined;
  if (typeof plugin !== 'object' || plugin === null) throw errors.NOT_A_PLUGIN(name, 'it has no default export');
  if (typeof plugin.name !== 'string' || plugin.name === '') throw errors.NOT_A_PLUGIN(name, 'it has no name');
  if (plugin.contract !== CONTRACT) throw errors.PLUGIN_CONTRACT(plugin.name, plugin.contract, CONTRACT);
  const faults = unknownKeys(plugin, PLUGIN_KEYS);
  if (typeof plugin.about !== 'string') faults.push('its "about" is no text');
  if (plugin.adopt !== undefined && typeof plugin.adopt !== 'function') faults.push('its "adopt" is no function');
  if (!Array.isArray(plugin.stages)) faults.push('its "stages" are no list');
  else for (const [at, stage] of plugin.stages.entries()) faults.push(...definitionFaults(stage, at));
  if (faults.length > 0) throw errors.NOT_A_PLUGIN(name, faults.join('; '));
  for (const definition of plugin.stages) checkDefinition(plugin.name, definition, strange);
  return plugin;
};

const unknownKeys = (value: object, known: readonly string[]): string[] =>
  Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => `nobody reads "${key}"${mend(nearest(key, known)).replace(/\?$/, '') || `, known are ${known.join(', ')}`}`);

const definitionFaults = (value: unknown, at: number): string[] => {
  const stage = value as StageDefinition;
  if (typeof stage !== 'object' || stage === null || !KINDS.has(stage.kind) || typeof stage.makes !== 'object')
    return [`stages[${at}] is made without ${[...KINDS].join('(), ')}()`];
  const own = Object.keys(KEYS).filter((key) => ONLY[key]?.includes(stage.kind) ?? true);
  const shown = [...own.filter((key) => key !== 'kind' && key !== 'makes'), ...verbsOf(stage.kind)];
  const faults = unknownKeys(Object.fromEntries(Object.entries(stage).filter(([key]) => key !== 'kind' && key !== 'makes')), shown);
  for (const key of own) {
    const held = stage[key as keyof StageDefinition];
    if (held === undefined && key !== 'name') continue;
    const is = typeof held === 'string' ? 'text' : typeof held;
    const wanted = KEYS[key]!;
    if (held === null || (wanted === 'either' ? is !== 'object' && is !== 'function' : is !== wanted))
      faults.push(`"${key}" must be ${wanted === 'either' ? 'an object or a function' : `${wanted === 'object' ? 'an' : 'a'} ${wanted}`}`);
  }
  if (stage.name === '') faults.push('its name is empty');
  if (stage.kind === 'reader' || stage.kind === 'writer') {
    const { extensions } = stage;
    if (!Array.isArray(extensions) || extensions.length === 0 || !extensions.every((one) => typeof one === 'string' && one !== ''))
      faults.push('"extensions" must list how the names of its files end: [".txt"]');
  }
  const makes = Object.entries(stage.makes);
  if (makes.length === 0) faults.push(`it makes nothing: give ${verbsOf(stage.kind).join(', ')}`);
  for (const [verb, make] of makes)
    if (typeof make !== 'function')
      faults.push(`"${makes.length === 1 && verbsOf(stage.kind)[0] === 'make' ? 'make' : verb}" is no function`);
  for (const [key, need] of Object.entries(typeof stage.needs === 'object' ? (stage.needs ?? {}) : {}))
    if (typeof Object(need).id !== 'symbol') faults.push(`needs.${key} is no key`);
    else if (GIVEN.includes(key)) faults.push(`needs.${key} hides what every stage is given under that name; rename it`);
  return faults.map((fault) => `of its ${stage.kind} "${String(stage.name)}" ${fault}`);
};

/** Names under which what is made is given something else than its needs. */
const GIVEN: readonly string[] = ['options', 'training', 'model'];

const checkDefinition = (plugin: string, { name, kind, options, training, capabilities }: StageDefinition, strange: boolean): void => {
  for (const schema of [options, training]) if (schema) checkSchema(plugin, name, schema, strange);
  if (capabilities && typeof capabilities !== 'function') checkCapabilities(plugin, name, capabilities);
  if (kind !== 'sampler') return;
  for (const setting of Object.keys((options as { properties?: object } | undefined)?.properties ?? {}))
    if (REQUEST_KEYS.includes(setting)) throw errors.PLUGIN_SETTING_TAKEN(plugin, name, setting);
};

/** A schema must be closed, so that no setting is ignored. */
const checkSchema = (plugin: string, stage: string, schema: TSchema, strange: boolean): void => {
  const { type, additionalProperties } = schema as { type?: unknown; additionalProperties?: unknown };
  if (type !== 'object' || additionalProperties !== false) throw errors.PLUGIN_OPEN_SCHEMA(plugin, stage);
  const fault = strange ? schemaFault(schema) : undefined;
  if (fault !== undefined) throw errors.PLUGIN_WRONG_SCHEMA(plugin, stage, fault);
};
