import { Command, InvalidArgumentError } from 'commander';
import { errors, type GenerateOptions, InvalidGenerateOptions, type OpenOptions, open, type Pipeline } from '../../declaring.ts';
import { shipped } from './package.ts';

/** What every verb that opens a pipeline understands. */
export interface OpenFlags {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly data?: readonly string[];
  readonly models: string;
  readonly plugin?: readonly string[];
}

/** What every verb that generates understands. */
export interface AskFlags {
  readonly prompt?: readonly string[];
  readonly heldOut?: boolean;
  readonly chat?: readonly string[];
  readonly system?: string;
  readonly specialTokens?: boolean;
  readonly given?: readonly string[];
  readonly task?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly count?: unknown;
  readonly maxNewTokens?: unknown;
  readonly stop?: readonly string[];
  readonly seed?: unknown;
  readonly option?: Readonly<Record<string, unknown>>;
  readonly out?: string;
}

const QUICKSTART = 'pipelines/quickstart.json';

/** A verb on a pipeline; without one, it is the quickstart. */
export const pipelineCommand = (name: string, description: string, first?: readonly [string, string]): Command =>
  (first ? new Command(name).argument(...first) : new Command(name))
    .description(description)
    .argument('[pipeline]', "a pipeline's JSON file or a model's folder (default: the quickstart)")
    .option('--data <files...>', 'learn from these files or globs instead')
    .option('--set <path=value>', 'replace a setting: --set backends.ngram.with.order=4 (may be repeated)', collectSetting)
    .option('--models <folder>', 'where models are kept', 'models')
    .option('--plugin <modules...>', 'modules of your own stages');

/** Adds what can be asked of a generation, and where its samples go. */
export const askOptions = (command: Command): Command =>
  luckOptions(command).option(
    '--out <file>',
    'write the samples to a file (.txt, .jsonl, .csv, .png, .npy) or a new folder (name/) instead of printing them',
  );

/** Adds what can be asked of a generation. */
export const luckOptions = (command: Command): Command =>
  command
    .option('--prompt <text>', 'what every sample begins with; several are taken in turn, and a task reads them all', collect)
    .option('--chat <text>', "what to answer, by the tokenizer's chat template; of several user and assistant take turns", collect)
    .option('--system <text>', 'with --chat: what is said before')
    .option('--special-tokens', 'read texts of special tokens in prompts as those tokens')
    .option('--held-out', 'the first held-out rows as prompts, as many as there are samples')
    .option('--given <value>', 'what samples are conditioned on, a label or a source; several are taken in turn', collect)
    .option('--task <name>', 'what to ask of the backend besides sampling, as `stagewright list` says')
    .option('--with <path=value>', 'a setting of the task: --with steps=9 (may be repeated)', collectSetting)
    .option('--count <n>', 'how many samples', number)
    .option('--max-new-tokens <n>', 'at most so many tokens each', number)
    .option('--stop <text>', 'what ends a sample, and is not told; of several the first that comes does', collect)
    .option('--seed <n>', 'another luck', number)
    .option(
      '--option <name=value>',
      'a setting of the sampler, or of the request, for these samples: --option temperature=0.5 (may be repeated)',
      collectSetting,
    );

/** What the command line names, or the quickstart. */
export const sourceOf = (source: string | undefined): string => source ?? shipped(QUICKSTART);

/** How the command line wants it opened. */
export const openingFrom = ({ set, data, models, plugin }: OpenFlags): OpenOptions => ({
  models,
  environment: environmentSettings(process.env.STAGEWRIGHT_SET),
  ...(set && { set }),
  ...(data && { data }),
  ...(plugin && { plugins: plugin }),
});

/** Opens what the command line names. */
export const openFrom = (source: string | undefined, flags: OpenFlags, train = true): Promise<Pipeline> =>
  open(sourceOf(source), { ...openingFrom(flags), train });

/** What the command line asks for, held to what can be asked before anything is trained or loaded. Throws InvalidGenerateOptions, which names the flags at fault. */
export const askFrom = async (pipeline: Pipeline, flags: AskFlags, signal: AbortSignal): Promise<GenerateOptions> => {
  const { prompt, heldOut, chat, system, specialTokens, given, task, with: settings, count, maxNewTokens, stop, seed, option } = flags;
  const flagged = {
    ...(prompt && (prompt.length > 1 ? { prompts: prompt } : { prompt: prompt[0] })),
    ...((chat || system !== undefined) && { messages: conversation(chat ?? [], system) }),
    ...(specialTokens && { special_tokens: true }),
    ...(given && { given: given.length > 1 ? given : given[0] }),
    ...((task !== undefined || settings) && { task: { ...(task !== undefined && { name: task }), ...(settings && { with: settings }) } }),
    ...(count !== undefined && { count }),
    ...(maxNewTokens !== undefined && { max_new_tokens: maxNewTokens }),
    ...(stop && { stop: stop.length > 1 ? stop : stop[0] }),
    ...(seed !== undefined && { seed }),
  };
  const twice = Object.keys(option ?? {}).filter((key) => Object.hasOwn(flagged, key));
  if (twice.length > 0)
    throw new InvalidGenerateOptions(
      twice.map((key) => ({ path: [key], message: `is said by --option ${key} too; leave one out.` })),
      (path) => flagOf(path, {}),
    );
  const told: GenerateOptions = { ...option, ...(flagged as GenerateOptions) };
  try {
    pipeline.tools.checkAsk({ ...told, ...(heldOut && { prompts: [''] }) });
  } catch (error) {
    throw error instanceof InvalidGenerateOptions ? new InvalidGenerateOptions(error.faults, (path) => flagOf(path, flags)) : error;
  }
  return { ...(heldOut && (await pipeline.tools.heldOut(told.count, signal))), ...told, signal };
};

/** A system's word, and turns of user and assistant. */
const conversation = (turns: readonly string[], system: string | undefined): NonNullable<GenerateOptions['messages']> => [
  ...(system === undefined ? [] : [{ role: 'system', content: system }]),
  ...turns.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content })),
];

/** The flag that said what is wrong. */
const flagOf = ([key, inner]: readonly (string | number)[], { chat, heldOut, option }: AskFlags): string => {
  if (Object.hasOwn(option ?? {}, String(key))) return `--option ${key}`;
  if (key === 'task') return inner === 'with' ? '--with' : '--task';
  if (key === 'prompts') return heldOut ? '--held-out' : '--prompt';
  if (key === 'messages') return chat ? '--chat' : '--system';
  return `--${String(key).replaceAll('_', '-')}`;
};

/** A number where it is one, else the text, which is refused with all else that is wrong. */
const number = (text: string): unknown => (/^-?\d/.test(text) && !Number.isNaN(Number(text)) ? Number(text) : text);

const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

const collectSetting = (text: string, before: Record<string, unknown> = {}): Record<string, unknown> => {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError('It must be path=value, as in backends.ngram.with.order=4.');
  return { ...before, [text.slice(0, at)]: jsonOrText(text.slice(at + 1)) };
};

/** `STAGEWRIGHT_SET='{ "generate.count": 3 }'` replaces settings wherever the command line does not. */
const environmentSettings = (text: string | undefined): Record<string, unknown> => {
  if (text === undefined || text === '') return {};
  const value = jsonOrText(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw errors.ENVIRONMENT_SETTINGS(text);
  return value as Record<string, unknown>;
};

/** JSON where it is JSON, else the text itself. */
const jsonOrText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
