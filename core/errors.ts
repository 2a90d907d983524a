/** Where a fault stands in a file: counted from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Every error that Stagewright raises on purpose: a stable code, and a sentence with what was asked, what was found and the mend. */
export class StagewrightError extends Error {
  override readonly name = 'StagewrightError';
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  /** Also true of errors of another copy of this module, which a user's plugin may bring. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== StagewrightError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && value.name === 'StagewrightError';
  }

  /** The same error with what led to it. */
  because(cause: unknown): StagewrightError {
    return new StagewrightError(this.code, this.message, cause);
  }
}

/** A shelf of errors: each code with the function that words it; a plugin keeps its own in `errors.ts`. */
export const defineErrors = <const T extends Readonly<Record<string, (...args: never[]) => string>>>(
  sentences: T,
): { readonly [C in keyof T]: (...args: Parameters<T[C]>) => StagewrightError } =>
  Object.fromEntries(
    Object.entries(sentences).map(([code, sentence]) => [code, (...args: never[]) => new StagewrightError(code, sentence(...args))]),
  ) as never;

/** `file:line:column`, as far as it is known. */
export const where = ({ file, line, column }: Place): string => [file, line, column].filter((part) => part !== undefined).join(':');

/** Whether an error says that someone has left, rather than that something broke. */
export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

const said = new Set<string>();

/** Says on standard error what somebody should know although nothing fails: a process warning with a code, the same only once in a process. */
export const warnOnce = (code: string, message: string): void => {
  if (said.has(message)) return;
  said.add(message);
  process.emitWarning(message, { type: 'StagewrightWarning', code });
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a plugin of contract 1 is to become. */
const REWRITE =
  'make "stages" a list of backend({ … }), tokenizer({ … }), sampler({ … }) and their like, each with its own name, options, training, capabilities (which "declares" was), conflicts, survey and make; what stages shared as a service is a backend\'s "model"; predictions are { kind, extent }, a reader and a writer name their extensions; and a sampler answers { inputIds, parents, rollback, emitted }, once fresh, from, back and said.';

/** The core's shelf. */
export const errors = defineErrors({
  // files of JSON
  PIPELINE_MISSING: (path: string, meant?: string) =>
    `There is no pipeline or model at "${path}"${meant === undefined ? '.' : `; did you mean "${meant}"?`}`,
  ENVIRONMENT_SETTINGS: (text: string) =>
    `STAGEWRIGHT_SET holds ${text.slice(0, 60)}; it must be a JSON object of settings by their paths: { "generate.count": 3 }.`,
  SETTING_NOT_ALLOWED: (path: string) => `"${path}" is no setting.`,
  JSON_TOO_LARGE: (file: string, size: number, most: number) => `${file} has ${size} characters; a pipeline may have ${most}.`,
  JSON_TOO_DEEP: (file: string, depth: number, most: number) => `${file} nests ${depth} deep; a pipeline may nest ${most}.`,
  JSON_TOO_MANY: (file: string, most: number) => `${file} has more than ${most} values; a pipeline may have so many.`,

  NEW_NAME: (name: string) => `"${name}" cannot be a plugin's name; small letters, digits and hyphens can, beginning with a letter.`,
  NEW_EXISTS: (path: string) => `"${path}" is there already; choose another name, or move it away.`,
  NO_TESTS: (name: string) =>
    `The pipeline "${name}" has no tests; add "tests": { "examples": [{ "prompt": …, "expected": … }], "measures": { … }, "laws": [ … ] }.`,

  // data
  NO_DATA: () => 'The pipeline names no data, and nothing was learned from any; give "data": { "train": … }, or --data.',
  DATA_MISSING: (pattern: string, base: string) =>
    `No file fits "${pattern}" in ${base}; paths in a pipeline are relative to its file, those of the command line to the current folder.`,
  DATA_IS_DIRECTORY: (path: string) => `"${path}" is a folder; name its files, as in "${path.replace(/\/+$/, '')}/*.txt".`,
  DATA_IS_PIPELINE: (path: string) => `"${path}" is the pipeline itself; name the files to learn from.`,
  DATA_UNREADABLE: (path: string, cause: unknown) => `"${path}" could not be read: ${messageOf(cause)}`,
  DATA_EMPTY: (part: string, files: readonly string[]) =>
    `There are no rows ${part} in ${files.slice(0, 3).join(', ')}${files.length > 3 ? ' …' : ''}; check the files, "rows" and "valid".`,
  READER_ROWS: (reader: string, file: string, why: string) =>
    `"${file}" is read by "${reader}", whose rows cannot be as "data.rows" says: ${why} For fields say "rows": { "tokens": "field" }; for text "lines" or "document".`,
  RAW_MISFIT: (reader: string, reads: string, tokenizer: string, spells: string) =>
    `"${reader}" reads ${reads}, and "${tokenizer}" spells ${spells}; choose another tokenizer, or other data.`,

  PATH_IS_FOLDER: (path: string) => `"${path}" is a folder; name a file in it.`,
  FOLDER_TAKEN: (path: string) => `"${path}" stands already and is not empty; name a new folder.`,
  NO_WRITER: (path: string, extension: string, known: readonly string[]) =>
    `Nothing writes "${path}": no writer for "${extension}"; known are ${known.join(', ') || 'none'}.`,

  // models
  NOT_TRAINED: (name: string) => `"${name}" has no model yet; run \`stagewright train\` on it first.`,
  MODEL_MISSING: (reference: string) => `"${reference}" is no model: it holds neither pipeline.json nor current.json.`,
  MODEL_BROKEN: (folder: string, cause: unknown) =>
    `The model in ${folder} cannot be loaded: ${messageOf(cause)} Train it again, or restore the folder.`,
  MODEL_MISFIT: (folder: string, changes: readonly string[]) =>
    `The model in ${folder} was trained otherwise (${changes.join('; ')}); leave that out, or train anew from the pipeline's file.`,
  MODEL_OTHER_TOKENS: (reference: string, changes: readonly string[]) =>
    `"${reference}" reads other tokens than this pipeline (${changes.join('; ')}); use the model of a pipeline with the same tokenizer.`,
  MODEL_FORMAT: (folder: string, found: unknown, known: number) =>
    `The model in ${folder} has the format ${String(found)}, and this version reads ${known}; update stagewright, or train again.`,
  CHECKPOINT_UNREADABLE: (path: string, why: string) =>
    `The checkpoint "${path}" is none that this training can go on from: ${why}; delete it, and train from the start.`,
  CANNOT_WRITE: (path: string, cause: unknown) =>
    `"${path}" could not be written: ${messageOf(cause)}. What stood there before is untouched.`,
  CANNOT_PRINT: (cause: unknown) => `What is printed could not be written: ${messageOf(cause)}; free its disk, or print elsewhere.`,
  CLOSED: (name: string) => `The pipeline "${name}" is closed; open it again.`,
  NO_TABLES: (view: string) => `The view "${view}" has words alone and nothing to draw; leave out "--out".`,
  NO_VIEW: (view: string, backend: string, known: readonly string[], meant?: string) =>
    `"${backend}" shows no "${view}"; ${meant === undefined ? '' : `did you mean "${meant}"? `}${known.length > 0 ? `known are ${known.join(', ')}.` : 'it has nothing to show.'}`,
  NO_TASK: (task: string, backend: string, known: readonly string[]) =>
    `"${backend}" has no task "${task}"; ${known.length > 0 ? `known are ${known.join(', ')}.` : 'it only samples.'}`,

  // plugins
  PLUGIN_NOT_FOUND: (name: string, cause: unknown) => `The plugin "${name}" could not be loaded: ${messageOf(cause)}`,
  PLUGIN_NOT_ALLOWED: (name: string) =>
    `The plugin "${name}" may not run yet: list it under "stagewright": { "plugins": [] } in your package.json, or name it with --plugin.`,
  PACKAGE_UNREADABLE: (path: string, what: string) => `${path} lists the plugins that may run, and ${what}`,
  NOT_A_PLUGIN: (name: string, what: string) =>
    `"${name}" is no plugin: ${what}; its module must export default definePlugin({ name, contract, stages }).`,
  PLUGIN_CONTRACT: (name: string, theirs: unknown, ours: number) =>
    theirs === undefined
      ? `The plugin "${name}" lacks "contract: ${ours}", by which it says what it is written for; add it beside its name.`
      : theirs === 1
        ? `The plugin "${name}" is written for contract 1, and this is contract ${ours}: ${REWRITE} Then say "contract: ${ours}".`
        : `The plugin "${name}" is written for contract ${String(theirs)}, and this is contract ${ours}; install a fitting version of one of them.`,
  OF_CONTRACT_1: (name: string) => `"${name}" is of contract 1 of plugins, and this is contract 2: ${REWRITE}`,
  PLUGIN_CAPABILITIES: (name: string, stage: string, faults: readonly string[]) =>
    `The plugin "${name}" says of "${stage}" what cannot be understood: ${faults.join(' ')}`,
  PLUGIN_WRONG_SCHEMA: (name: string, stage: string, fault: string) =>
    `The plugin "${name}" has a schema of "${stage}" that is no JSON schema: ${fault}; build it with Type from stagewright.`,
  PLUGIN_OPEN_SCHEMA: (name: string, stage: string) =>
    `The plugin "${name}" would ignore unknown settings of "${stage}"; close its schema: Type.Object({ … }, { additionalProperties: false }).`,
  PLUGIN_SETTING_TAKEN: (name: string, stage: string, setting: string) =>
    `The plugin "${name}" calls a setting of its sampler "${stage}" "${setting}", which every request has itself; settings of samplers stand beside it, so rename yours.`,
  NAME_TAKEN: (verb: string, name: string, first: string, second: string) =>
    `The plugins "${first}" and "${second}" both offer "${name}" to ${verb}; leave one out, or rename one.`,

  // stages at work
  STAGE_FAILED: (verb: string, name: string, error: unknown) => `${verb} of "${name}" failed: ${messageOf(error)}`,
  READING_FAILED: (name: string, file: string, error: unknown) => `read of "${name}" failed at ${file}: ${messageOf(error)}`,
  STAGE_NOT_MADE: (verb: string, name: string, error: unknown) => `"${name}" cannot be made to ${verb}: ${messageOf(error)}`,
  NOT_PROVIDED: (verb: string, name: string, need: string, key: string) =>
    `"${name}" cannot be made to ${verb}: it needs "${need}", and nothing is provided under its key "${key}"; say open(…, { provide: [bind(KEY, value)] }).`,
  KEY_NOT_FREE: () => 'TOKENIZER cannot be provided: it is the tokenizer of the pipeline, which "stages.tokenize" names.',
  STAGE_LEARNS: (verb: string, name: string) =>
    `"${name}" keeps what it learned in the model's folder, so it cannot ${verb} under a request's own settings; write them into the pipeline.`,
  LEARNS_IN_VAIN: (verb: string, name: string) =>
    `"${name}" would ${verb}, and what it learned would be gone with this process: ${verb === 'fit' ? 'the tokenizer has' : 'its model has (nor have encode, attend and decode)'} no save(folder) and load(folder); give what learns both, the one to write it to files in the model's folder, the other to read them again.`,
  CLOSING_FAILED: (faults: readonly { readonly what: string; readonly error: unknown }[]) =>
    `Not everything could be closed; the rest is. ${faults.map(({ what, error }) => `Closing ${what} failed: ${messageOf(error)}`).join('\n')}`,
  STAGE_TIMEOUT: (verb: string, name: string, seconds: number) =>
    `${verb} of "${name}" took longer than its timeout of ${seconds} s; raise "timeout" beside its "use", or leave it out.`,
  WRONG_SHAPE: (verb: string, name: string, what: string) => `${verb} of "${name}" returned the wrong shape: ${what}.`,
  NO_LOGITS: (name: string, kind: string) =>
    `"${name}" processes logits, and a ${kind} prediction has none; leave it out, or take another backend.`,
  NO_LOGIT_LEFT: (processors: readonly string[], fault: string) =>
    `Behind the processors ${processors.map((name) => `"${name}"`).join(', ')} nothing can be chosen: ${fault}; loosen one of them, or leave it out.`,
  NO_SPECIAL_TOKENS: () =>
    'This pipeline\'s tokenizer reads no special tokens in texts; leave "special_tokens" out, or take a tokenizer of subwords.',
  NO_CHAT: () => "This pipeline's tokenizer knows no conversations; give a prompt, or a tokenizer whose files hold a chat template.",
  EMPTY_PROMPT: () =>
    "This model's rows begin with nothing, and it predicts the next token from those before; give a prompt, or a tokenizer with a start token.",
  NOTHING_BEGINS: (evaluators: readonly string[]) =>
    `Without samples there is no ${evaluators.join(', ')}: rows of this model begin with nothing. Say "generate": { "prompt": … } in the pipeline, or --set generate.prompt=….`,
  MEASURE_NAN: (evaluator: string, measure: string) =>
    `"${measure}" of "${evaluator}" is not a number, so that nothing compares with it; look at the items it was made of.`,
  CONTEXT_EXCEEDED: (length: number, context: number) =>
    `A row of ${length} tokens exceeds the backend's context of ${context}; shorten the prompt or max_new_tokens, or raise the context and train again.`,
  LENGTH_EXCEEDED: (length: number, most: number) =>
    `A prompt of ${length} tokens leaves nothing of a "max_length" of ${most}; shorten the prompt, or say max_new_tokens.`,
  NO_ROOM_FOR_MINIMUM: (least: number, room: number) =>
    `"min_new_tokens" asks for ${least} new tokens, and behind the prompt there is room for ${room}; lower it, or shorten the prompt.`,
  NOT_CATEGORICAL: (option: string, kind: string) =>
    `"${option}" needs a distribution over ids, and the backend's predictions are of the kind "${kind}"; leave it out.`,
  LOGPROBS_LATE: () =>
    'Of "logprobs" nothing is known: the sampler tells tokens at another step than they were predicted at; leave it out, or choose another sampler.',
  SHAPE_EXCEEDED: (length: number, most: number) =>
    `The prompt has ${length} tokens, and all rows of this tokenizer have ${most}; shorten the prompt.`,
  QUEUE_FULL: (name: string, queue: number) =>
    `"${name}" is busy: as many requests wait as may, ${queue}; ask again when some have ended, or raise "batching.queue".`,
  NO_LIKELIHOOD: (name: string) => `"${name}" gives samples without likelihood, so nothing can be scored; use measures of generated items.`,
});
