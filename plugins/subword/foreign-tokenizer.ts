import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Static } from 'typebox';
import { warnOnce } from '../../core/declaring.ts';
import { errors } from './errors.ts';
import { checkTemplates } from './files/check-templates.ts';
import type { OpenedTokenizer } from './files/open.ts';
import { openInThread } from './files/open-in-thread.ts';
import type { TokenizerOptions } from './options.ts';
import { SubwordTokenizer } from './subword-tokenizer.ts';

/** Somebody's tokenizer, read from its files. A model's own copy may take their place, so that they need not be there for ever. */
export class ForeignTokenizer extends SubwordTokenizer {
  readonly #path: string;

  private constructor(path: string, opened?: OpenedTokenizer) {
    super('tokenizer', opened);
    this.#path = path;
  }

  /** Throws what is wrong with the files, and says on standard error what they ask for and is not done; files that are absent are missed when a text comes before a model's copy. */
  static async open(options: Static<typeof TokenizerOptions>, base: string): Promise<ForeignTokenizer> {
    const { path, opened } = await ForeignTokenizer.#read(options, base);
    return new ForeignTokenizer(path, opened);
  }

  static async #read(
    { from, encoding, special_tokens }: Static<typeof TokenizerOptions>,
    base: string,
  ): Promise<{ readonly path: string; readonly opened?: OpenedTokenizer }> {
    const path = resolve(base, from);
    if (!existsSync(path)) return { path };
    const hints = { ...(encoding !== undefined && { encoding }), ...(special_tokens && { names: special_tokens }) };
    const opened = await openInThread(path, hints);
    for (const each of opened.unheeded ?? []) warnOnce('SUBWORD_IDLE_KEYS', each);
    return { path, opened };
  }

  /** Throws what is wrong with a tokenizer's files, its chat templates too, which nothing else needs before a conversation. */
  static async survey(options: Static<typeof TokenizerOptions>, base: string): Promise<void> {
    const { path, opened } = await ForeignTokenizer.#read(options, base);
    if (!opened) throw new ForeignTokenizer(path).missing();
    checkTemplates(opened);
  }

  protected override missing(): Error {
    return errors.FILE_ABSENT(this.#path, 'a file or a folder');
  }
}
