import { join } from 'node:path';
import type { Static } from 'typebox';
import type { Artifact, Tokenizer } from '../../core/index.ts';
import { errors } from './errors.ts';
import { type Identity, inspect, type OpenedFile, read, write } from './file.ts';
import { check, levelsOf, modelWords } from './layout.ts';
import { type NgramOptions, smoothed } from './options.ts';
import { smoothingOf } from './smoothing/family.ts';
import type { Trie } from './trie.ts';

const FILE = 'ngram.bin';

/** What was learned, shared by the stages; a file's bytes, and a trie that is a view of them. */
export class NgramModel implements Artifact {
  /** What a file must say of itself to be this model's. */
  readonly identity: Identity;
  #learned: { readonly bytes: ArrayBuffer; readonly trie: Trie } | undefined;

  constructor(options: Static<typeof NgramOptions>, { vocabulary, start = -1, stop = -1, fingerprint }: Tokenizer) {
    this.identity = { order: options.order, smoothing: smoothed(options), vocabulary, start, stop, tokenizer: fingerprint };
  }

  /** Throws NGRAM_UNTRAINED before anything is learned or loaded. */
  get trie(): Trie {
    if (!this.#learned) throw errors.NGRAM_UNTRAINED();
    return this.#learned.trie;
  }

  /** Takes what a training came to, a file's bytes. */
  learn(bytes: ArrayBuffer): void {
    const file = { bytes, ...this.#inspect('The model', Buffer.from(bytes), bytes.byteLength) };
    this.#open(file);
  }

  async save(folder: string): Promise<void> {
    if (!this.#learned) throw errors.NGRAM_UNTRAINED();
    await write(join(folder, FILE), this.#learned.bytes);
  }

  async load(folder: string): Promise<void> {
    const path = join(folder, FILE);
    const file = await read(path, (head, length) => this.#inspect(path, head, length));
    await check(path, levelsOf(file));
    this.#open(file);
  }

  #inspect(name: string, head: Buffer, length: number): Pick<OpenedFile, 'header' | 'body'> {
    return inspect(name, head, length, { kind: 'model', identity: this.identity }, modelWords);
  }

  #open(file: OpenedFile): void {
    const { start, smoothing } = this.identity;
    this.#learned = { bytes: file.bytes, trie: { start, falls: smoothingOf(smoothing.use).falls, levels: levelsOf(file) } };
  }
}
