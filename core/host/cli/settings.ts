import { Command, InvalidArgumentError } from 'commander';
import { type Ask, errors, type OpenOptions, open, type Pipeline } from '../../declaring.ts';
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
  readonly given?: readonly string[];
  readonly task?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly count?: number;
  readonly maxNewTokens?: number;
  readonly seed?: number;
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
    .option('--held-out', 'the first held-out rows as prompts, as many as there are samples')
    .option('--given <value>', 'what samples are conditioned on, a label or a source; several are taken in turn', collect)
    .option('--task <name>', 'what to ask of the backend besides sampling, as `stagewright list` says')
    .option('--with <path=value>', 'a setting of the task: --with steps=9 (may be repeated)', collectSetting)
    .option('--count <n>', 'how many samples', wholeNumber)
    .option('--max-new-tokens <n>', 'at most so many tokens each', wholeNumber)
    .option('--seed <n>', 'another luck', wholeNumber);

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

/** What the command line asks for. */
export const askFrom = async (
  pipeline: Pipeline,
  { prompt, heldOut, given, task, with: settings, count, maxNewTokens, seed }: AskFlags,
  signal: AbortSignal,
): Promise<Ask> => ({
  signal,
  ...(prompt && (prompt.length > 1 ? { prompts: prompt } : { prompt: prompt[0] })),
  ...(given && { given: given.length > 1 ? given : given[0] }),
  ...(heldOut && (await pipeline.heldOut(count, signal))),
  ...(task !== undefined && { task: { name: task, ...(settings && { with: settings }) } }),
  ...(count !== undefined && { count }),
  ...(maxNewTokens !== undefined && { max_new_tokens: maxNewTokens }),
  ...(seed !== undefined && { seed }),
});

const wholeNumber = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

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
