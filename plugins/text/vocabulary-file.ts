import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from './errors.ts';

/** What decides the ids of a fitted tokenizer: which it is, how it cuts a text, and what has an id, in the ids' order. */
export interface Vocabulary {
  readonly tokenizer: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly entries: readonly string[];
}

/** The most bytes that are read as a vocabulary. */
const LARGEST = 1 << 28;

const NAME = 'vocabulary.json';

/** Where older models keep the same: others now find a tokenizer of theirs under that name. */
const FORMER = 'tokenizer.json';

const FORMAT = 'stagewright';

/** Changes whenever an id changes its meaning. */
export const fingerprintOf = ({ tokenizer, settings, entries }: Vocabulary): string =>
  createHash('sha256')
    .update(JSON.stringify([tokenizer, settings, entries]))
    .digest('hex');

/** Writes `vocabulary.json`. */
export const saveVocabulary = async (folder: string, { tokenizer, settings, entries }: Vocabulary): Promise<void> => {
  const text = JSON.stringify({ format: FORMAT, version: 1, tokenizer, settings, entries });
  await writeFile(join(folder, NAME), `${text}\n`);
};

/** The entries that `vocabulary.json` lists; throws where it belongs to another tokenizer, or to the same with other settings. */
export const loadVocabulary = async (folder: string, { tokenizer, settings }: Omit<Vocabulary, 'entries'>): Promise<string[]> => {
  const { file, found } = await read(folder);
  const fault = (what: string): Error => errors.TEXT_BAD_VOCABULARY(file, what);
  if (found.format !== FORMAT || found.version !== 1) throw fault('it is no vocabulary of version 1');
  if (found.tokenizer !== tokenizer) throw fault(`it belongs to the tokenizer ${JSON.stringify(found.tokenizer)}, not to "${tokenizer}"`);
  if (JSON.stringify(found.settings) !== JSON.stringify(settings))
    throw fault(`its settings are ${JSON.stringify(found.settings)}, those asked for ${JSON.stringify(settings)}`);
  const entries: unknown = found.entries;
  if (
    !Array.isArray(entries) ||
    entries.length === 0 ||
    !entries.every((entry): entry is string => typeof entry === 'string' && entry !== '')
  )
    throw fault('"entries" is no list of texts');
  if (new Set(entries).size !== entries.length) throw fault('"entries" names one twice');
  return entries;
};

const read = async (folder: string): Promise<{ readonly file: string; readonly found: Record<string, unknown> }> => {
  const [file, former] = [join(folder, NAME), join(folder, FORMER)];
  if (!(await stat(file).catch(() => undefined))) {
    const found = await parse(former).catch(() => undefined);
    if (found?.format === FORMAT) return { file: former, found };
  }
  return { file, found: await parse(file) };
};

const parse = async (file: string): Promise<Record<string, unknown>> => {
  try {
    const { size } = await stat(file);
    if (size > LARGEST) throw new Error(`it has ${size} bytes, more than ${LARGEST}`);
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value !== 'object' || value === null) throw new Error('it is no object');
    return value as Record<string, unknown>;
  } catch (error) {
    throw errors.TEXT_BAD_VOCABULARY(file, error instanceof Error ? error.message : String(error)).because(error);
  }
};
