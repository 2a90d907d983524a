import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errors } from '../errors.ts';
import { familyOf } from './families.ts';
import { foreignOf } from './foreign.ts';

/** The pipeline that a folder with config.json is: its own tokenizer, and sampling as its generation_config.json says. Throws what is wrong with either, or TRANSFORMER_NO_TOKENIZER. */
export const adopt = async (folder: string): Promise<object | undefined> => {
  if (!(await stat(join(folder, 'config.json')).catch(() => undefined))) return undefined;
  if (!foreignOf(folder, undefined)) familyOf(folder);
  const tokenizers = ['tokenizer.json', 'tokenizer.model', 'vocab.json', 'vocab.txt'];
  const found = await Promise.all(tokenizers.map((name) => stat(join(folder, name)).catch(() => undefined)));
  if (found.every((each) => each === undefined)) throw errors.TRANSFORMER_NO_TOKENIZER(folder, tokenizers);
  return {
    name: nameOf(folder),
    stages: {
      tokenize: { use: 'tokenizer', with: { from: folder } },
      backend: 'transformer',
      sample: await samplingOf(folder),
    },
    backends: { transformer: { with: { model: folder } } },
  };
};

/** A pipeline's name of a folder's. */
const nameOf = (folder: string): string => {
  const plain = basename(folder)
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return plain.slice(0, 100) || 'model';
};

const SETTINGS = ['temperature', 'top_k', 'top_p', 'min_p', 'repetition_penalty'] as const;

/** How generation_config.json samples: by the likeliest, unless it says otherwise. */
const samplingOf = async (folder: string): Promise<object> => {
  const path = join(folder, 'generation_config.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { use: 'greedy' };
  let told: Readonly<Record<string, unknown>>;
  try {
    told = Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw errors.TRANSFORMER_FILE(path, `it is no JSON (${(error as Error).message})`);
  }
  if (told.do_sample !== true) return { use: 'greedy' };
  const settings = Object.fromEntries(SETTINGS.flatMap((name) => (typeof told[name] === 'number' ? [[name, told[name]]] : [])));
  return { use: 'sampling', with: settings };
};
