import type { TSchema } from 'typebox';
import type { Verb } from '../plugin/define.ts';
import type { Offer, Registry } from '../plugin/load.ts';
import { Definition } from './definition.ts';

type Json = Record<string, unknown>;

/** The JSON schema of a pipeline for a set of plugins, as editors use it: names complete, and each stage's settings are its own. */
export const pipelineSchema = (registry: Registry): Json => {
  const schema = structuredClone(Definition) as unknown as { properties: Record<string, Json> };
  const { stages, data, generate } = schema.properties as Record<string, { properties: Json }>;
  const one = (verb: Verb): Json => ({ anyOf: registry.offers(verb).flatMap((offer) => forms(verb, offer)) });
  for (const verb of ['tokenize', 'encode', 'attend', 'decode', 'sample'] as const)
    stages!.properties[verb] = described(stages!.properties[verb], one(verb));
  const evaluate = one('evaluate');
  stages!.properties.evaluate = described(stages!.properties.evaluate, {
    anyOf: [{ const: 'auto' }, evaluate, { type: 'array', items: evaluate }],
  });
  data!.properties.read = described(data!.properties.read, one('read'));
  generate!.properties.write = described(generate!.properties.write, one('write'));
  for (const key of ['train', 'valid']) {
    const full = data!.properties[key] as Json;
    data!.properties[key] = described(full, { anyOf: [{ type: 'string' }, ...((full.anyOf as Json[] | undefined) ?? [full])] });
  }
  const backends = registry.offers('decode');
  stages!.properties.backend = {
    ...(stages!.properties.backend as Json),
    anyOf: [{ enum: backends.map(({ name }) => name) }, { type: 'string' }],
  };
  schema.properties.backends = {
    type: 'object',
    properties: Object.fromEntries(backends.map((offer) => [offer.name, backendEntry(offer)])),
    additionalProperties: { anyOf: backends.map((offer) => backendEntry(offer, true)) },
  };
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
};

const described = (before: unknown, now: Json): Json => {
  const { description, default: preset } = before as Json;
  return { ...now, ...(description !== undefined && { description }), ...(preset !== undefined && { default: preset }) };
};

const settings = (schema: TSchema | undefined): Json =>
  schema ? (mayLeaveOut(structuredClone(schema)) as Json) : { type: 'object', additionalProperties: false };

/** What has a default need not be written. */
const mayLeaveOut = (schema: unknown): unknown => {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(mayLeaveOut);
  const out: Json = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, mayLeaveOut(value)]));
  const { required, properties } = out as { required?: unknown; properties?: Record<string, Json> };
  if (Array.isArray(required) && properties) out.required = required.filter((key: string) => properties[key]?.default === undefined);
  return out;
};

/** A stage as its bare name, and as an object with its settings. */
const forms = (verb: Verb, { name, plugin }: Offer): Json[] => {
  const properties = {
    use: { const: name },
    with: settings(plugin.options?.[name]),
    ...(!['tokenize', 'read', 'write'].includes(verb) && {
      timeout: { type: 'number', exclusiveMinimum: 0, description: 'Seconds that one call may take.' },
    }),
  };
  return [
    { const: name, description: plugin.about },
    { type: 'object', required: ['use'], properties, additionalProperties: false },
  ];
};

const backendEntry = ({ name, plugin }: Offer, named = false): Json => ({
  type: 'object',
  description: plugin.about,
  ...(named && { required: ['use'] }),
  properties: {
    use: { const: name },
    with: settings(plugin.options?.[name]),
    train: settings(plugin.training?.[name]),
    timeout: { type: 'number', exclusiveMinimum: 0, description: 'Seconds that one call may take.' },
  },
  additionalProperties: false,
});
