import type { Observable } from 'rxjs';
import type { Random } from '../data/random.ts';
import type { Tokens } from '../data/tokens.ts';
import type { ProgressEvent } from './train.ts';

/** Raw matter (a text, a picture) to ids and back. */
export interface Tokenizer<Raw = unknown> {
  /** How many ids there are. */
  readonly vocabulary: number;
  /** Changes whenever an id changes its meaning; a model remembers the one it was trained with. */
  readonly fingerprint: string;
  /** The id with which a row can begin: without one, and without a prompt, a `next` backend has nothing to read. */
  readonly start?: number;
  /** What is put before rows that are priced or learned from, and before prompts; absent: `start` before both. Where a model is trained here, prompts begin as rows do. */
  readonly prefix?: { readonly rows: Tokens; readonly prompts: Tokens };
  /** The id that is put behind a row, and that ends one. */
  readonly stop?: number;
  /** The id that stands for a position still to be filled. */
  readonly mask?: number;
  /** The id of whatever has none of its own. */
  readonly unknown?: number;
  /** The dims of every row, where all have the same: [height, width] of grey pictures, [height, width, channels] of coloured; a row ends by itself there. */
  readonly shape?: readonly number[];
  /** Spells what rows are conditioned on, where that is other matter than the rows: a label is one id. Absent: this tokenizer does. */
  readonly given?: Tokenizer;
  /** Whether ids depend on the luck handed to `tokenize`: a training then draws each row anew at every pass. */
  readonly draws?: boolean;
  /** Raw matter to ids, without `prefix`, `start` and `stop`: the pipeline adds those. Without `random` always the same, as held-out rows and prompts are read. */
  tokenize(raw: Raw, random?: Random): Tokens;
  /** The same, but texts of special tokens mean those tokens: what a chat template wrote, or a prompt that is trusted. Absent: it has none that texts could name. */
  special?(raw: Raw): Tokens;
  /** A conversation as raw matter for `special`, up to where the model is to answer; absent: it knows none. */
  chat?(messages: readonly Message[]): Raw;
  /** The same ids with their names and where each stands; absent: they have no names. */
  offsets?(raw: Raw): readonly TokenOffsets[];
  /** The way back; special ids vanish. Ids beyond `vocabulary`, which a model may have more of, do not come here: they spell nothing. */
  detokenize(tokens: Tokens): Raw;
  /** The way back for a growing row, one detokenizer a row; absent: what a row spells is known at its end. */
  detokenizer?(): Detokenizer<Raw>;
}

/** One turn of a conversation. */
export interface Message {
  readonly role: string;
  readonly content?: unknown;
  /** Whatever else a template reads of a turn: `tool_calls`, `reasoning_content`. */
  readonly [more: string]: unknown;
}

/** One token of raw matter that was taken apart. */
export interface TokenOffsets {
  readonly id: number;
  /** What the token is called in its vocabulary. */
  readonly name: string;
  /** Where it stands in the raw matter, in its units (of a text: code units); `to` is behind its last. */
  readonly start: number;
  readonly end: number;
}

/** A tokenizer that learns its vocabulary from a corpus; before that its other methods throw. */
export interface FittedTokenizer<Raw = unknown> extends Tokenizer<Raw> {
  /** Reads the corpus once; leaving the stream stops it. */
  fit(corpus: AsyncIterable<Raw>): Observable<ProgressEvent>;
}

/** Says what is certain of a growing row, and nothing twice: a character whose bytes are not all there waits. */
export interface Detokenizer<Raw = unknown> {
  push(fresh: Tokens): Raw;
  /** What was held back: the row has ended. */
  end(): Raw;
}
