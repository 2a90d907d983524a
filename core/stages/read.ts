/** One raw item of a corpus, and what it is conditioned on. */
export interface RawItem {
  readonly raw: unknown;
  readonly given?: unknown;
}

/** A file's bytes, unpacked where they were compressed, and the name to blame in errors. */
export interface Source {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A file to raw items, in bounded memory; a fault names the file and the place in it. */
export interface Reader {
  /** What it reads where no reader is named, lower case: `.jsonl`. */
  readonly extensions: readonly string[];
  read(source: Source): AsyncIterable<RawItem>;
}

/** Raw items to a file's bytes. */
export interface Writer {
  /** What it writes where no writer is named. */
  readonly extensions: readonly string[];
  write(items: AsyncIterable<unknown>): AsyncIterable<Uint8Array>;
}
