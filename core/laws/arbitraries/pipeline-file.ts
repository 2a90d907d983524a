import fc, { type Arbitrary } from 'fast-check';
import { pipelineSchema } from '../../definition/json-schema.ts';
import type { Offer, Registry } from '../../plugin/registry.ts';
import { validate } from '../../settings/validate.ts';
import { type Capabilities, NEXT_LOGITS, predictsWhole, takesSome } from '../../stages/capabilities.ts';
import { capabilitiesUnder, type Fitting, fitting, type Ingredients, meets, sameRaw } from './fitting.ts';
import { ofSampler, settingsIn } from './sampler-in-generate.ts';
import { written } from './settings.ts';
import { settled } from './settled.ts';

/** Any JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** A pipeline as a file holds it. */
export interface PipelineFile {
  readonly value: Json;
  readonly text: string;
}

/** Valid pipeline files for a set of plugins, made of the plugins' own schemas: every form of every stage, stages that fit together as they declare. */
export const pipelineFile = (registry: Registry, ingredients: Ingredients = {}): Arbitrary<PipelineFile> =>
  fc
    .constantFrom(...fitting(registry, ingredients).map((chosen) => file(registry, chosen, ingredients)))
    .chain((some) => fc.tuple(some, fc.constantFrom(2, 4, '\t', 0)))
    .map(([value, indent]) => ({ value, text: `${JSON.stringify(value, undefined, indent)}\n` }));

/** A stage in each of its forms; one that answers at once has no timeout, and one that cannot do without settings is told them. */
const use = ({ name, definition }: Offer, timed: boolean, without: readonly string[] = []): Arbitrary<unknown> => {
  const schema = definition.options;
  const parts = { use: fc.constant(name), with: settingsOf(schema, without), ...(timed && { timeout: seconds }) };
  const needy = schema !== undefined && validate(schema, { rows: 'lines' }).some(({ missing }) => missing);
  if (needy) return fc.record(parts, { requiredKeys: ['use', 'with'] });
  return fc.oneof(fc.constant(name), fc.record(parts, { requiredKeys: ['use'] }));
};

/** The sampler, sometimes with processors before it. */
const sampled = ({ sample, process }: Fitting): Arbitrary<unknown> => {
  const one = use(sample, true);
  if (process.length === 0) return one;
  const processors = fc.array(fc.oneof(...process.map((offer) => use(offer, false))), { maxLength: 3 });
  return fc.tuple(one, fc.option(processors, { nil: undefined })).map(([told, before]) => ({
    ...(typeof told === 'string' ? { use: told } : (told as Json)),
    ...(before && { processors: before }),
  }));
};

const seconds = fc.integer({ min: 1, max: 600 });

const settingsOf = (schema: object | undefined, without: readonly string[] = []): Arbitrary<Json> =>
  written(schema ?? { type: 'object' }).map((all) => Object.fromEntries(Object.entries(all).filter(([key]) => !without.includes(key))));

/** An entry of `backends`, under the backend's name or one of its own. */
const entry = (offer: Offer, key: string): Arbitrary<Json> => entryOfAny(offer, key).map((one) => settled(offer, one));

const entryOfAny = ({ name, definition }: Offer, key: string): Arbitrary<Json> =>
  fc.record(
    {
      use: fc.constant(name),
      with: settingsOf(definition.options),
      ...(definition.training && { train: settingsOf(definition.training) }),
      timeout: seconds,
    },
    { requiredKeys: key === name ? [] : ['use'] },
  );

/** The backend as the one word that swaps, or its three stages one by one. */
const backendParts = ({ backend }: Fitting): Arbitrary<{ stages: Json; backends?: Json }> => {
  const { name } = backend;
  const swapped = fc
    .constantFrom(name, 'mine')
    .chain((key) => fc.tuple(fc.constant(key), entry(backend, key), fc.option(entry(backend, 'other'), { nil: undefined })))
    .map(([key, chosen, other]) => ({ stages: { backend: key }, backends: { [key]: chosen, ...(other && { other }) } }));
  return fc.oneof(
    { weight: 4, arbitrary: swapped },
    { weight: 1, arbitrary: fc.constant({ stages: { backend: name } }) },
    { weight: 1, arbitrary: fc.constant({ stages: { encode: name, attend: name, decode: name } }) },
  );
};

/** What is learned from. Rows of fields want a reader that takes them; where none is named, files are read as text. */
const data = ({ readers }: Fitting, files: readonly string[]): Arbitrary<Json | undefined> => {
  if (files.length === 0 || readers.length === 0) return fc.constant(undefined);
  const some = fc.oneof(fc.constantFrom(...files), fc.subarray([...files], { minLength: 1 }));
  const valid = fc.oneof(fc.constantFrom(0, 0.1, 0.5), fc.integer({ min: 1, max: 9 }), some);
  const rest = fc.record({ train: some, valid, shuffle: fc.boolean() }, { requiredKeys: ['train'] });
  const rows = (forms: readonly unknown[]) => fc.constantFrom(...forms).map((form) => (form === undefined ? {} : { rows: form }));
  const text = readers.find(({ name }) => name === 'text');
  const named = readers.flatMap((reader) => {
    const taken = ROWS.filter((form) => {
      const schema = reader.definition.options;
      return !schema || validate(schema, typeof form === 'object' ? { ...form } : { rows: form ?? 'lines' }).length === 0;
    });
    return taken.length === 0 ? [] : [fc.record({ read: use(reader, false, ['rows', 'tokens', 'given']), rows: rows(taken) })];
  });
  const plain = text ? [rows([undefined, 'lines', 'document']).map((rows) => ({ rows, read: undefined }))] : [];
  return fc
    .tuple(rest, fc.oneof(...plain, ...named))
    .map(([all, { rows, read }]) => ({ ...all, ...rows, ...(read !== undefined && { read }) }));
};

const ROWS = [undefined, 'lines', 'document', { tokens: 'text' }, { tokens: 'target', given: 'source' }] as const;

const evaluators = ({ evaluate }: Fitting): Arbitrary<unknown> =>
  fc.oneof(
    fc.constant('auto'),
    ...evaluate.map((one) => use(one, true)),
    fc.subarray([...evaluate]).chain((some) => fc.tuple(...some.map((one) => use(one, true)))),
  );

const file = (registry: Registry, chosen: Fitting, { files = ['data.txt'] }: Ingredients): Arbitrary<Json> => {
  const { properties } = pipelineSchema(registry) as { properties: Record<string, object> };
  const rest = Object.fromEntries(
    ['generate', 'evaluate', 'batching', 'checkpoint_seconds', 'seed'].map((key) => [key, written(properties[key]!)]),
  );
  return fc
    .record({
      head: fc.record(
        { $schema: fc.constant('../schemas/pipeline.schema.json'), name: fc.constantFrom('mine', 'a.b_c-1', 'X') },
        { requiredKeys: ['name'] },
      ),
      data: data(chosen, files),
      tokenize: use(chosen.tokenize, false),
      backend: backendParts(chosen),
      sample: sampled(chosen),
      evaluate: fc.option(evaluators(chosen), { nil: undefined }),
      rest: fc.record(rest, { requiredKeys: [] }),
    })
    .map((parts) => ({
      ...parts,
      rest: { ...parts.rest, ...(parts.rest.generate !== undefined && { generate: ofSampler(chosen.sample, parts.rest.generate) }) },
    }))
    .filter(({ rest }) => writes(registry, rest.generate, capabilitiesUnder(chosen.tokenize)))
    .filter(({ backend, sample, evaluate, rest }) => {
      const { predictions, likelihood = ['none' as const] } = capabilitiesUnder(chosen.backend, withOf(entryOf(backend)));
      const measured = namesIn(evaluate).every((name) => {
        const measure = chosen.evaluate.find((one) => one.name === name);
        return !measure || meets(capabilitiesUnder(measure).likelihood, likelihood);
      });
      const before = (Object(sample).processors ?? []) as readonly (string | { readonly use: string })[];
      const processed = before.every((told) => {
        const offer = chosen.process.find(({ name }) => name === (typeof told === 'string' ? told : told.use))!;
        return takesSome(capabilitiesUnder(offer).predictions ?? NEXT_LOGITS, predictions);
      });
      return (
        measured &&
        processed &&
        takesSome(
          predictions,
          capabilitiesUnder(chosen.sample, { ...Object(withOf(sample)), ...settingsIn(chosen.sample, rest.generate) }).predictions,
        )
      );
    })
    .map(({ head, data, tokenize, backend, sample, evaluate, rest }) =>
      effective(chosen, {
        ...head,
        ...(data && { data }),
        stages: { tokenize, ...backend.stages, sample, ...(evaluate !== undefined && { evaluate }) },
        ...(backend.backends && { backends: backend.backends }),
        ...rest,
      }),
    );
};

/** The same without settings that would have no effect beside the others, which are faults. */
const effective = ({ backend, tokenize, evaluate }: Fitting, value: Parts): Json => {
  const { data, stages, generate, evaluate: how, batching, checkpoint_seconds, ...rest } = value;
  const names = namesIn(stages.evaluate);
  const measures = evaluate.filter(({ name }) => names.includes('auto') || names.includes(name)).map((one) => capabilitiesUnder(one));
  const reads = (...kinds: string[]): boolean => measures.some(({ items = ['generated'] }) => items.some((kind) => kinds.includes(kind)));
  const whole = predictsWhole(capabilitiesUnder(backend));
  const given = [capabilitiesUnder(backend), ...measures].some(({ extras }) => extras?.includes('given'));
  const without = (from: Json | undefined, ...keys: readonly (string | false)[]): Json =>
    Object.fromEntries(Object.entries(from ?? {}).filter(([key]) => !keys.includes(key)));
  const { predictions } = capabilitiesUnder(backend, withOf(entryOf(value)));
  const most = Number(generate?.max_new_tokens ?? generate?.max_length ?? 200);
  const talks = generate?.messages !== undefined && capabilitiesUnder(tokenize).raw === 'text';
  const valid = data?.valid === 0 && !names.includes('auto') ? 0.1 : (data?.valid ?? 0.1);
  const rows = data?.rows;
  return {
    ...rest,
    ...(data && {
      data: {
        ...without(data, (typeof valid !== 'number' || valid === 0) && 'shuffle', 'valid', 'rows'),
        ...(data.valid !== undefined && { valid }),
        ...(rows !== undefined && { rows: typeof rows === 'object' && !given ? without(rows as Json, 'given') : rows }),
      },
    }),
    stages,
    ...(generate && {
      generate: without(
        generate,
        whole && 'max_new_tokens',
        (whole || generate.max_new_tokens !== undefined) && 'max_length',
        (capabilitiesUnder(tokenize).raw !== 'text' || generate.prompts !== undefined || talks) && 'prompt',
        talks && 'prompts',
        capabilitiesUnder(tokenize).raw !== 'text' && 'messages',
        capabilitiesUnder(tokenize).raw !== 'text' && 'special_tokens',
        (whole || capabilitiesUnder(tokenize).extras?.includes('shape') || Number(generate.min_new_tokens) > most) && 'min_new_tokens',
        capabilitiesUnder(tokenize).raw !== 'text' && 'stop',
        !(predictions?.some(({ kind }) => kind === 'categorical') ?? true) && 'logprobs',
        !given && 'given',
        !capabilitiesUnder(backend).tasks?.includes(String((generate.task as Json | undefined)?.name)) && 'task',
      ),
    }),
    ...(how && {
      evaluate: without(how, !reads('generated') && 'samples', !reads('scored', 'real') && 'rows', (whole || !reads('scored')) && 'stride'),
    }),
    ...(batching && { batching: without(batching, whole && 'chunk') }),
    ...(checkpoint_seconds !== undefined && backend.definition.makes.train && stages.backend !== undefined && { checkpoint_seconds }),
  };
};

/** The measures that a pipeline names; `auto` where it names none. */
const namesIn = (evaluate: unknown): string[] =>
  [evaluate ?? 'auto'].flat().map((one) => (typeof one === 'string' ? one : (one as { use: string }).use));

/** A pipeline's parts, before it is said which of them have an effect. */
interface Parts extends Json {
  readonly data?: Json | undefined;
  readonly stages: Json;
  readonly backends?: Json | undefined;
  readonly generate?: Json;
  readonly evaluate?: Json;
  readonly batching?: Json;
  readonly checkpoint_seconds?: unknown;
}

/** Whether the writer that is named, if one is, writes what the tokenizer spells. */
const writes = (registry: Registry, generate: unknown, tokenizer: Capabilities): boolean => {
  const { write } = Object(generate) as { write?: string | { use: string } };
  const offer = write && registry.find('write', typeof write === 'string' ? write : write.use);
  return !offer || sameRaw(capabilitiesUnder(offer, withOf(write)), tokenizer);
};

const entryOf = ({ stages, backends }: { readonly stages: Json; readonly backends?: Json | undefined }): unknown =>
  backends?.[String(stages.backend)];
const withOf = (use: unknown): unknown => (use as { with?: unknown } | undefined)?.with;
