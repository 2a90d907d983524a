import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static } from 'typebox';
import { errors } from './errors.ts';
import type { Form } from './image.ts';
import type { PixelsOptions } from './options.ts';

/** What the tokenizer `pixels` learned. */
interface Learned {
  readonly form: Form;
  readonly labels: readonly string[];
}

const LARGEST = 1 << 26;

const NAME = 'pixels.json';

/** Where older models keep the same; under that name others look for a tokenizer of theirs. */
const FORMER = 'tokenizer.json';

const fileIn = async (folder: string): Promise<string> => {
  const there = (name: string): Promise<boolean> => stat(join(folder, name)).then(Boolean, () => false);
  return join(folder, !(await there(NAME)) && (await there(FORMER)) ? FORMER : NAME);
};

/** Writes `pixels.json`. */
export const savePixels = (folder: string, learned: Learned & { readonly settings: Static<typeof PixelsOptions> }): Promise<void> =>
  writeFile(join(folder, NAME), `${JSON.stringify({ format: 'stagewright', version: 1, tokenizer: 'pixels', ...learned })}\n`);

/** Reads it; throws where it belongs to another tokenizer, or to the same with other settings. */
export const loadPixels = async (folder: string, settings: Static<typeof PixelsOptions>): Promise<Learned> => {
  const file = await fileIn(folder);
  const fault = (what: string): Error => errors.IMAGE_BAD_TOKENIZER(file, what);
  let found: Record<string, unknown>;
  try {
    const { size } = await stat(file);
    if (size > LARGEST) throw new Error(`it has ${size} bytes`);
    found = Object(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw errors.IMAGE_BAD_TOKENIZER(file, cause instanceof Error ? cause.message : String(cause)).because(cause);
  }
  if (found.format !== 'stagewright' || found.version !== 1 || found.tokenizer !== 'pixels') throw fault('it belongs to something else');
  if (JSON.stringify(found.settings) !== JSON.stringify(settings)) throw fault(`its settings are ${JSON.stringify(found.settings)}`);
  const { height, width, channels } = Object(found.form) as Partial<Form>;
  if (![height, width].every((side) => Number.isInteger(side) && side! > 0) || (channels !== 1 && channels !== 3))
    throw fault('it says no shape');
  const labels = found.labels as readonly string[];
  if (!Array.isArray(labels) || !labels.every((label) => typeof label === 'string') || new Set(labels).size !== labels.length)
    throw fault('its labels are no list of names');
  return { form: { height: height!, width: width!, channels }, labels };
};
