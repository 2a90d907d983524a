import type { Static, TSchema } from 'typebox';
import { Type } from '../settings/type.ts';
import type { Message } from '../stages/tokenize.ts';

const closed = { additionalProperties: false } as const;

/** A named stage with its settings, of one that answers at once. */
export const named = {
  use: Type.String({ minLength: 1, description: 'The name of a stage that a plugin offers.' }),
  with: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "The stage's own settings." })),
};

/** A stage that answers at once, so that no timeout could end it. */
export const Prompt = Type.Object(named, { ...closed, description: 'A stage: its name, or its name with settings.' });

const Task = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'A task that the backend declares.', examples: ['interpolate'] }),
    with: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "The task's own settings." })),
  },
  { ...closed, description: 'What is asked of the backend besides sampling: { "name": "interpolate" }.' },
);

const TurnSchema = Type.Object(
  {
    role: Type.String({
      minLength: 1,
      description: 'Who says it: system, user, assistant, or whom the template knows.',
      examples: ['user'],
    }),
    content: Type.Union([Type.String(), Type.Null(), Type.Array(Type.Unknown())], {
      expects: 'a text, a list of parts, or null',
      description: 'What is said: a text; parts, as the template reads them; null beside calls of tools.',
      examples: ['Hello'],
    }),
  },
  { description: 'One turn of a conversation; what else its template reads may stand beside.' },
);
const MessageSchema = Type.Unsafe<Message>(TurnSchema);

const MOST = Number.MAX_SAFE_INTEGER;
const whole = (minimum: number, description: string, examples: readonly number[]) => ({ minimum, maximum: MOST, description, examples });
const COUNT = whole(0, 'How many samples.', [10]);
const NEW = whole(1, 'At most so many new tokens each; 200 unless told.', [32]);
const ALL = whole(1, 'Instead of max_new_tokens: at most so many tokens each, the prompt included.', [64]);

const STOP = Type.String({ minLength: 1, expects: 'a text that is not empty', description: 'A text that ends a sample.' });

/** When a sample ends and what is told of it, in a pipeline and in an ask alike. */
const ending = {
  stop: Type.Optional(
    Type.Unsafe<string | readonly string[]>(
      Type.Union([STOP, Type.Array(STOP)], {
        description: 'A text that ends a sample, or several, of which the first that comes does; it is not told. An empty list: none.',
        examples: ['\n', ['.', '!']],
      }),
    ),
  ),
  stop_token_ids: Type.Optional(
    Type.Array(Type.Integer(whole(0, 'An id of the tokenizer.', [2])), {
      description: "Ids that end a sample besides the tokenizer's and the model's own; they are not of the sample. An empty list: none.",
      examples: [[13]],
    }),
  ),
  logprobs: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 20,
      description:
        "Log-probabilities of what is generated, in nats, by the model's own distribution before the sampler changes it, and of so many likeliest in each place; 0: of what is generated alone.",
      examples: [5],
    }),
  ),
  min_new_tokens: Type.Optional(
    Type.Integer(whole(0, 'At least so many new tokens each: before, no id can be chosen that ends one.', [8])),
  ),
};

/** What a generation begins with and what it is about, in a pipeline and in an ask alike. */
const matter = <T extends TSchema>(prompt: T) => ({
  prompt: Type.Optional(prompt),
  prompts: Type.Optional(
    Type.Array(Type.Unknown(), {
      minItems: 1,
      description: 'Several, which the samples take in turn; a task reads them all: the ends of a path.',
    }),
  ),
  messages: Type.Optional(
    Type.Array(MessageSchema, {
      minItems: 1,
      description: "A conversation, which the tokenizer's chat template makes the prompt of; samples are the answer alone.",
      examples: [[{ role: 'user', content: 'Hello' }]],
    }),
  ),
  special_tokens: Type.Optional(
    Type.Boolean({
      description: 'Whether texts of special tokens in prompts are read as those tokens; not unless told, so that no text can pretend.',
      examples: [true],
    }),
  ),
  given: Type.Optional(
    Type.Unknown({
      description: 'What samples are conditioned on: a source sentence, a label; of a list each sample takes the next.',
      examples: ['7'],
    }),
  ),
  task: Type.Optional(Task),
});

/** What a pipeline says of generating: `generate`. */
export const Generate = Type.Object(
  {
    count: Type.Optional(Type.Integer({ ...COUNT, default: 5 })),
    max_new_tokens: Type.Optional(Type.Integer(NEW)),
    max_length: Type.Optional(Type.Integer(ALL)),
    ...ending,
    ...matter(Type.String({ description: 'What every sample begins with.', examples: ['Zir'] })),
    write: Type.Optional(Prompt),
  },
  { ...closed, description: 'What is generated when nothing else is asked; settings of the sampler may stand here too.' },
);

/** What is asked of a pipeline; whatever is absent is as the pipeline says. */
export const GenerateOptions = Type.Object(
  {
    count: Type.Optional(Type.Integer(COUNT)),
    max_new_tokens: Type.Optional(Type.Integer(NEW)),
    max_length: Type.Optional(Type.Integer(ALL)),
    ...ending,
    ...matter(Type.Unknown({ description: 'What every sample begins with.' })),
    seed: Type.Optional(Type.Integer(whole(0, 'Of the luck of samples.', [7]))),
    signal: Type.Optional(Type.Unsafe<AbortSignal>(Type.Unknown({ description: 'Ends it when aborted.' }))),
  },
  { ...closed, description: 'What is asked of a pipeline.' },
);

type Told = Static<typeof GenerateOptions>;

/** What can be asked of any pipeline. */
export type OwnOptions = {
  readonly [K in keyof Told]?: (NonNullable<Told[K]> extends readonly (infer One)[] ? readonly One[] : Told[K]) | undefined;
};

/** What is asked of a pipeline, settings of its sampler beside: `{ prompt: 'Zir', temperature: 0.5 }`; whatever is absent or undefined is as the pipeline says. */
export type GenerateOptions = OwnOptions | (OwnOptions & { readonly [setting: string]: unknown });
