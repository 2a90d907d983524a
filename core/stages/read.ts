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
  read(source: Source): AsyncIterable<RawItem>;
  /** Files that are read along with the one of that name: labels in a file of their own. A model is trained again when they change. */
  beside?(name: string): readonly string[];
}

/** Raw items to a file's bytes, or to the files of a folder: one of `write` and `files` is there. */
export interface Writer {
  write?(items: AsyncIterable<unknown>): AsyncIterable<Uint8Array>;
  files?(items: AsyncIterable<unknown>): AsyncIterable<{ readonly name: string; readonly bytes: Uint8Array }>;
  /** What a terminal shows of raw matter that is no text; who has this also writes it where nobody says how. */
  preview?(items: readonly unknown[], terminal: Terminal): string;
}

/** What a preview has to fit into. */
export interface Terminal {
  /** Characters in a line. */
  readonly columns: number;
  /** Whether it shows colours. */
  readonly colours: boolean;
}
