import type { TSchema } from 'typebox';
import type { Offer, Registry } from '../plugin/registry.ts';
import { STAGE_KINDS, STAGES, type StageKind } from '../plugin/stage-kinds.ts';
import { withoutDefaults } from './sampler-settings.ts';
import { Definition } from './schema.ts';

type Json = Record<string, unknown>;

/** The JSON schema of a pipeline for a set of plugins, as editors use it: names complete, and each stage's settings are its own. */
export const pipelineSchema = (registry: Registry): Json => {
  const schema = described(structuredClone(Definition)) as { properties: Record<string, Json> };
  const { stages, data, generate } = schema.properties as Record<string, { properties: Json }>;
  const one = (verb: StageKind): Json => ({ anyOf: registry.offers(verb).flatMap((offer) => forms(verb, offer)) });
  for (const verb of STAGE_KINDS.filter((verb) => STAGES[verb].at?.[0] === 'stages' && !STAGES[verb].several))
    stages!.properties[verb] = instead(
      stages!.properties[verb],
      one(verb),
      `The stage that is to ${verb}: its name, or its name with settings.`,
    );
  for (const form of (stages!.properties.sample as { anyOf: Json[] }).anyOf)
    if (form.properties)
      Object.assign(form.properties, {
        processors: {
          type: 'array',
          items: one('process'),
          description: 'What changes the logits before the sampler chooses, in this order.',
          examples: [['top_k']],
        },
      });
  const evaluate = one('evaluate');
  stages!.properties.evaluate = instead(stages!.properties.evaluate, {
    anyOf: [
      { const: 'auto', description: 'Every measure that applies to the backend and the data.' },
      evaluate,
      { type: 'array', items: evaluate },
    ],
  });
  data!.properties.read = instead(data!.properties.read, one('read'), 'The reader; absent: by the extension of each file.');
  generate!.properties.write = instead(generate!.properties.write, one('write'), 'The writer; absent: by the extension of the file.');
  for (const [key, form] of samplerForms(registry)) generate!.properties[key] = form;
  for (const key of ['train', 'valid']) {
    const full = data!.properties[key] as Json;
    data!.properties[key] = instead(full, { anyOf: [{ type: 'string' }, ...((full.anyOf as Json[] | undefined) ?? [full])] });
  }
  const backends = registry.offers('decode');
  stages!.properties.backend = {
    ...(stages!.properties.backend as Json),
    anyOf: [...backends.map((offer) => ({ const: offer.name, description: about(offer) })), { type: 'string' }],
  };
  schema.properties.backends = {
    type: 'object',
    description: 'Backends with their settings, by name; "stages.backend" chooses one.',
    properties: Object.fromEntries(backends.map((offer) => [offer.name, backendEntry(offer)])),
    additionalProperties: { anyOf: backends.map((offer) => backendEntry(offer, true)) },
  };
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
};

const instead = (before: unknown, now: Json, description = (before as Json).description): Json => {
  const { default: preset, examples } = before as Json;
  return {
    ...now,
    ...(description !== undefined && { description }),
    ...(preset !== undefined && { default: preset }),
    ...(examples !== undefined && { examples }),
  };
};

const settings = (schema: TSchema | undefined, description: string): Json =>
  schema ? { ...(described(structuredClone(schema)) as Json), description } : { type: 'object', additionalProperties: false, description };

/** What `generate` may hold of the settings of samplers, each once; of samplers that mean several things by one name, all of them. */
const samplerForms = (registry: Registry): Map<string, Json> => {
  const byKey = new Map<string, { readonly samplers: string[]; readonly forms: Map<string, Json> }>();
  for (const { name, definition } of registry.offers('sample')) {
    const { properties = {} } = (definition.options ? settings(definition.options, '') : {}) as { properties?: Record<string, Json> };
    for (const [key, one] of Object.entries(properties)) {
      const known = byKey.get(key) ?? { samplers: [] as string[], forms: new Map<string, Json>() };
      known.samplers.push(name);
      const form = withoutDefaults(one, false) as Json;
      known.forms.set(JSON.stringify(form), form);
      byKey.set(key, known);
    }
  }
  return new Map(
    [...byKey].map(([key, { samplers, forms }]) => {
      const [one, ...more] = [...forms.values()];
      const about = `Of ${samplers.join(', ')}, over its "with"${one!.description === undefined ? '.' : `: ${one!.description}`}`;
      return [key, { ...(more.length > 0 ? { anyOf: [one, ...more] } : one), description: about, examples: one!.examples }];
    }),
  );
};

/** What has a default need not be written; where no example is given, the default or the lowest is one; the range stands in the description, where an editor shows it. */
const described = (schema: unknown): unknown => {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(described);
  const out: Json = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'default' || key === 'examples' ? value : described(value)]),
  );
  const { required, properties } = out as { required?: unknown; properties?: Record<string, Json> };
  if (!properties || Array.isArray(properties)) return out;
  if (Array.isArray(required)) out.required = required.filter((key: string) => properties[key]?.default === undefined);
  for (const [key, one] of Object.entries(properties)) {
    const example = one.default ?? lowest(one);
    if (one.examples === undefined && example !== undefined) one.examples = [example];
    const { const: use } = (properties.use ?? {}) as { const?: unknown };
    if (key === 'with' && one.description === undefined && use !== undefined) one.description = `The settings of ${use}.`;
  }
  return out;
};

/** The least that a number may be, or one above what it must exceed. */
const lowest = ({ type, minimum, exclusiveMinimum }: Json): unknown =>
  type !== 'integer' && type !== 'number' ? undefined : (minimum ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : 0));

/** What a stage is, in a line. */
const about = ({ definition, plugin }: Offer): string => definition.about ?? plugin.about;

const timeout = { type: 'number', exclusiveMinimum: 0, description: 'Seconds that one call may take.', examples: [30] };

/** A stage as its bare name, and as an object with its settings. */
const forms = (verb: StageKind, offer: Offer): Json[] => {
  const { name, definition } = offer;
  const properties = {
    use: { const: name, description: about(offer) },
    with: settings(definition.options, `The settings of ${name}.`),
    ...(!STAGES[verb].atOnce && { timeout }),
  };
  return [
    { const: name, description: about(offer) },
    { type: 'object', required: ['use'], properties, additionalProperties: false, description: about(offer) },
  ];
};

const backendEntry = (offer: Offer, named = false): Json => {
  const { name, definition } = offer;
  return {
    type: 'object',
    description: about(offer),
    ...(named && { required: ['use'] }),
    properties: {
      use: { const: name, description: about(offer) },
      with: settings(definition.options, `The settings of ${name}.`),
      train: settings(definition.training, `How ${name} is trained.`),
      timeout,
    },
    additionalProperties: false,
  };
};
