import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Observable } from 'rxjs';
import {
  type Artifact,
  type Detokenizer,
  type FittedTokenizer,
  type Message,
  type ProgressEvent,
  StagewrightError,
  type Tokenizer,
  type TokenOffsets,
  type Tokens,
} from '../../core/index.ts';
import { tokenizeInThreads } from './batch/tokenize-in-threads.ts';
import { type ChatOptions, renderChat } from './chat/chat.ts';
import { type EncodeOptions, encode, type Input } from './engine/encode.ts';
import type { Encoding } from './engine/encoding.ts';
import { Engine } from './engine/engine.ts';
import { GrowingRow } from './engine/growing-row.ts';
import { errors } from './errors.ts';
import { inFile } from './files/faults.ts';
import type { OpenedTokenizer } from './files/open.ts';
import { openInThread } from './files/open-in-thread.ts';
import { fitInThread } from './train/fit-in-thread.ts';
import type { Plan } from './train/plan.ts';

/** Text to the ids of parts of words and back, by whatever the files of a tokenizer say. */
export class SubwordTokenizer implements Tokenizer<string>, Artifact {
  start?: number;
  prefix?: { readonly rows: Tokens; readonly prompts: Tokens };
  stop?: number;
  mask?: number;
  unknown?: number;
  readonly #name: string;
  #engine: Engine | undefined;
  #files: OpenedTokenizer['files'] = {};
  #templates: Readonly<Record<string, string>> = {};

  constructor(name: string, opened?: OpenedTokenizer) {
    this.#name = name;
    if (opened) this.become(opened);
  }

  /** The engine behind it; throws NOT_FITTED. */
  get engine(): Engine {
    if (!this.#engine) throw this.missing();
    return this.#engine;
  }

  /** What is said where there is none. */
  protected missing(): Error {
    return errors.NOT_FITTED(this.#name);
  }

  get vocabulary(): number {
    return this.engine.vocabulary.size;
  }

  get fingerprint(): string {
    return this.engine.compiled.fingerprint;
  }

  tokenize(raw: string): Tokens {
    return this.engine.tokenize(raw);
  }

  special(raw: string): Tokens {
    return this.engine.tokenize(raw, 'all');
  }

  detokenize(tokens: Tokens): string {
    return this.engine.detokenize(tokens);
  }

  detokenizer(): Detokenizer<string> {
    return new GrowingRow(this.engine);
  }

  offsets(raw: string): readonly TokenOffsets[] {
    const { ids, spans } = this.engine.locate(raw);
    return Array.from(ids, (id, i) => ({
      id,
      name: this.engine.token(id) ?? '',
      start: spans[2 * i]!,
      end: spans[2 * i + 1]!,
    }));
  }

  /** A text, or a pair, as a model reads it: with special tokens around, cut to a length, padded to one. */
  encode(input: Input, options?: EncodeOptions): Encoding {
    return this.encodeBatch([input], options)[0]!;
  }

  /** The same of several, padded alike. */
  encodeBatch(inputs: readonly Input[], options?: EncodeOptions): readonly Encoding[] {
    return encode(this.engine, inputs, options);
  }

  /** The ids of many texts, found by so many threads. */
  tokenizeAll(
    raws: readonly string[],
    { threads = 2, signal }: { threads?: number; signal?: AbortSignal } = {},
  ): Promise<readonly Tokens[]> {
    return tokenizeInThreads(this.engine.compiled, raws, threads, signal);
  }

  /** A conversation as text, by a chat template of the tokenizer's files or another; `special` reads it. */
  chat(messages: readonly Message[], options?: ChatOptions): string {
    const { chatTemplates, names } = this.engine.compiled;
    try {
      return renderChat(messages, chatTemplates, names, options);
    } catch (error) {
      throw this.#ofFile(error, options?.template);
    }
  }

  /** What a chat template came to, told with its file, or those of which it is one. */
  #ofFile(error: unknown, name: string | undefined): unknown {
    if (!(error instanceof StagewrightError) || !['BAD_TEMPLATE', 'TEMPLATE_STOPPED'].includes(error.code)) return error;
    const files = new Set(Object.entries(this.#templates).flatMap(([each, file]) => ((name ?? each) === each ? [file] : [])));
    return files.size > 0 ? inFile([...files].join('" or "'), error) : error;
  }

  /** Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json, and beside them the source where it says more. */
  async save(folder: string): Promise<void> {
    if (!this.#engine) throw this.missing();
    await Promise.all(Object.entries(this.#files).map(([name, bytes]) => writeFile(join(folder, name), bytes)));
  }

  async load(folder: string): Promise<void> {
    this.become(await openInThread(folder));
  }

  /** Goes on as another tokenizer. */
  protected become({ compiled, files, templates = {} }: OpenedTokenizer): void {
    this.#engine = new Engine(compiled);
    this.#files = files;
    this.#templates = templates;
    const { start, stop, mask, unknown } = compiled.roles;
    const { rows, prompts } = compiled.prefix;
    this.prefix = { rows: Int32Array.from(rows), prompts: Int32Array.from(prompts) };
    for (const key of ['start', 'stop', 'mask', 'unknown'] as const) delete this[key];
    Object.assign(this, {
      ...(start !== undefined && { start }),
      ...(stop !== undefined && { stop }),
      ...(mask !== undefined && { mask }),
      ...(unknown !== undefined && { unknown }),
    });
  }
}

/** A subword tokenizer that learns from a corpus. */
export class LearningTokenizer extends SubwordTokenizer implements FittedTokenizer<string> {
  readonly #plan: Plan;

  constructor(name: string, plan: Plan) {
    super(name);
    this.#plan = plan;
  }

  fit(corpus: AsyncIterable<string>): Observable<ProgressEvent> {
    return fitInThread(this.#plan, corpus, (opened) => this.become(opened));
  }
}
