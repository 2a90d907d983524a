import { dirname, join, sep } from 'node:path';
import { StagewrightError } from '../../../core/declaring.ts';
import type { Config } from './spec.ts';

/** A file beside that which describes a tokenizer, and what it says. */
export interface Beside {
  readonly path: string;
  readonly says: Config;
}

/** The files that a tokenizer is read from. */
interface Files {
  readonly main: string;
  readonly beside: readonly Beside[];
}

const NAMED = /^(FILE_.*|UNKNOWN_KIND)$/; // whose words have the path already

/** The same fault, told with the file that has it. */
export const inFile = (path: string, error: StagewrightError): StagewrightError =>
  new StagewrightError(error.code, `"${path}": ${error.message}`, error);

/** What happens with a tokenizer's files; a fault that names no file is told with that which has it. */
export const naming = <T>(files: Files, act: () => T): T => {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof StagewrightError) || NAMED.test(error.code) || error.message.startsWith(join(dirname(files.main), sep)))
      throw error;
    throw inFile(fileOf(error.message, files), error);
  }
};

/** The file at fault: that which has the key that a message begins with, or one of the tokens that it quotes. */
const fileOf = (message: string, { main, beside }: Files): string => {
  const key = /^tokenizer_config\.(\w+)/.exec(message)?.[1];
  if (key !== undefined) return beside.find(({ says }) => Object.hasOwn(says, key))?.path ?? main;
  const added = beside.find(({ path }) => path.endsWith('added_tokens.json'));
  if (added && message.startsWith('added_tokens.json')) return added.path;
  if (!/^Token id|^the id of the added token/.test(message)) return main;
  const tokens = [...message.matchAll(/"([^"]+)"/g)].map(([, token]) => token!);
  return beside.find(({ says }) => names(says, tokens))?.path ?? main;
};

/** Whether a file gives one of some tokens an id. */
const names = (says: Config, tokens: readonly string[]): boolean => {
  const decoder = Object.values(Object(says.added_tokens_decoder)).map((token) => Object(token).content as unknown);
  return tokens.some((token) => Object.hasOwn(says, token) || decoder.includes(token));
};
