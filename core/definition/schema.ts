import type { Static, TSchema } from 'typebox';
import { Type } from '../settings/type.ts';
import { Expectations } from './expectations.ts';
import { Generate, named, Prompt } from './generate-options.ts';

const closed = { additionalProperties: false } as const;
const settings = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description });
const timeout = Type.Number({ exclusiveMinimum: 0, description: 'Seconds that one call may take.', examples: [30] });

const about = { ...closed, description: 'A stage: its name, or its name with settings.' };

/** A stage by name: `"greedy"` is short for `{ "use": "greedy" }`. */
const Use = Type.Object({ ...named, timeout: Type.Optional(timeout) }, about);

/** What samples, and what changes the logits before it chooses. */
const Sample = Type.Object(
  {
    ...named,
    processors: Type.Optional(
      Type.Array(Prompt, {
        description: 'What changes the logits before the sampler chooses, in this order.',
        examples: [[{ use: 'top_k', with: { top_k: 40 } }]],
      }),
    ),
    timeout: Type.Optional(timeout),
  },
  about,
);

const Files = Type.Array(Type.String({ minLength: 1 }), {
  minItems: 1,
  description: 'Files and globs, relative to this file.',
  examples: ['data/*.txt'],
});

const union = <T extends TSchema[]>(options: [...T], expects: string, rest: object = {}) => Type.Union(options, { ...rest, expects });

const Field = union([Type.String(), Type.Integer({ minimum: 0 })], 'the name of a field or the number of a column');

const Data = Type.Object(
  {
    train: Files,
    valid: Type.Optional(
      union([Type.Number({ minimum: 0 }), Files], 'a share below 1, a count of rows, or files', {
        default: 0.1,
        description: 'What is held out: below 1 a share from the end, from 1 a count of rows from the end, or other files.',
      }),
    ),
    shuffle: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Draw the held-out rows at random, by the seed, instead of taking the last: for sorted files.',
      }),
    ),
    rows: Type.Optional(
      union(
        [
          Type.Literal('document'),
          Type.Literal('lines'),
          Type.Object(
            {
              tokens: union([...Field.anyOf, Type.Array(Field, { minItems: 1 })], 'a field, or a list of fields', {
                description: 'The field that holds the sequence; or a list of fields, which are a row together.',
                examples: ['text'],
              }),
              given: Type.Optional(
                union([...Field.anyOf], 'a field', {
                  description: 'The field that holds what it is conditioned on.',
                  examples: ['source'],
                }),
              ),
            },
            closed,
          ),
        ],
        '"document", "lines" or { "tokens": field, "given": field }',
        { default: 'lines', description: 'What one sequence is: a whole document, one of its lines, or fields of JSONL or CSV.' },
      ),
    ),
    read: Type.Optional(Prompt),
  },
  { ...closed, description: 'What is learned from.' },
);

const Stages = Type.Object(
  {
    tokenize: Prompt,
    backend: Type.Optional(
      Type.String({ description: 'The one word that swaps: an entry of "backends", or a backend with its defaults.' }),
    ),
    encode: Type.Optional(Use),
    attend: Type.Optional(Use),
    decode: Type.Optional(Use),
    sample: Sample,
    evaluate: Type.Optional(
      union([Type.Literal('auto'), Type.Array(Use)], '"auto", a stage, or a list of stages', {
        default: 'auto',
        description: 'Measures; "auto": every one that applies.',
      }),
    ),
  },
  { ...closed, description: 'Tokenize, encode, attend, decode, sample, evaluate.' },
);

const Backend = Type.Object(
  {
    use: Type.Optional(Type.String({ description: "The backend's name, where the entry bears another." })),
    with: Type.Optional(settings("The backend's settings.")),
    train: Type.Optional(settings('How it is trained.')),
    timeout: Type.Optional(timeout),
  },
  { ...closed, description: 'A backend with its settings.' },
);

const Evaluate = Type.Object(
  {
    samples: Type.Optional(
      Type.Integer({
        minimum: 1,
        default: 100,
        description: 'How many samples are generated for measures of generated items.',
        examples: [500],
      }),
    ),
    rows: Type.Optional(
      Type.Integer({ minimum: 1, description: 'At most so many held-out rows are scored; absent: all.', examples: [1000] }),
    ),
    stride: Type.Optional(
      Type.Integer({ minimum: 1, description: 'How far the window moves over rows longer than the context, in tokens.', examples: [256] }),
    ),
  },
  { ...closed, description: 'How measures are taken.' },
);

const Batching = Type.Object(
  {
    width: Type.Optional(
      Type.Integer({
        minimum: 1,
        default: 32,
        description: 'How many rows share a pass, and how many samples of a request run at a time.',
        examples: [8],
      }),
    ),
    chunk: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'How many tokens a pass reads, 2048 unless told: longer prompts are read in pieces, between the steps of others.',
        examples: [512],
      }),
    ),
    queue: Type.Optional(
      Type.Integer({
        minimum: 0,
        default: 1024,
        description: 'How many requests may wait for their turn beside those that fill a pass; more are refused.',
        examples: [64],
      }),
    ),
  },
  { ...closed, description: 'How requests share the backend; a model stands when it changes.' },
);

/** A pipeline as its JSON file says it, after short forms are written out. */
export const Definition = Type.Object(
  {
    $schema: Type.Optional(
      Type.String({
        description: 'Where an editor finds the schema.',
        examples: ['node_modules/stagewright/schemas/pipeline.schema.json'],
      }),
    ),
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
      description: 'Names the folder of the models.',
      expects: 'letters, digits, ".", "_" or "-", at most 100, beginning with a letter or a digit',
      examples: ['minerals'],
    }),
    plugins: Type.Optional(Type.Array(Type.String(), { description: "Modules of the user's own stages.", examples: [['./my-plugin']] })),
    data: Type.Optional(Data),
    stages: Stages,
    backends: Type.Optional(Type.Record(Type.String(), Backend)),
    generate: Type.Optional(Generate),
    evaluate: Type.Optional(Evaluate),
    batching: Type.Optional(Batching),
    tests: Type.Optional(Expectations),
    checkpoint_seconds: Type.Optional(
      Type.Number({
        minimum: 0,
        default: 30,
        description: 'How often a training writes down what it takes to go on after an interruption; 0: at every word of progress.',
      }),
    ),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        default: 0,
        description: 'Of all luck: held-out rows, training, samples.',
        examples: [7],
      }),
    ),
  },
  { ...closed, description: 'A Stagewright pipeline.' },
);

export type Definition = Static<typeof Definition>;
export type Use = Static<typeof Use>;

/** Writes out the short forms, as far as the value has the right shape: the rest is for the schema to refuse. */
export const writeOut = (value: unknown): unknown => {
  if (!isObject(value)) return value;
  const out: Record<string, unknown> = { ...value };
  if (isObject(out.stages)) {
    const { evaluate, ...stages } = out.stages;
    const full = Object.fromEntries(Object.entries(stages).map(([verb, use]) => [verb, verb === 'backend' ? use : fullUse(use)]));
    if (isObject(full.sample) && Array.isArray(full.sample.processors))
      full.sample = { ...full.sample, processors: full.sample.processors.map(fullUse) };
    if (evaluate !== undefined) full.evaluate = evaluate === 'auto' ? evaluate : [evaluate].flat().map(fullUse);
    out.stages = full;
  }
  if (isObject(out.data)) {
    const { train, valid, read } = out.data;
    out.data = {
      ...out.data,
      ...(typeof train === 'string' && { train: [train] }),
      ...(typeof valid === 'string' && { valid: [valid] }),
      ...(typeof read === 'string' && { read: { use: read } }),
    };
  }
  for (const key of ['generate', 'evaluate', 'batching']) if (out[key] === undefined) out[key] = {};
  if (isObject(out.generate) && typeof out.generate.write === 'string')
    out.generate = { ...out.generate, write: { use: out.generate.write } };
  return out;
};

const fullUse = (use: unknown): unknown => (typeof use === 'string' ? { use } : use);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
