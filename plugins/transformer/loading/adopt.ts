import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errors } from '../errors.ts';
import { familyOf } from './families.ts';
import { foreignOf } from './foreign.ts';
import { generationOf } from './generation-config.ts';
import { checkKind } from './other-weights.ts';

/** The pipeline that a folder with config.json is: its own tokenizer, and sampling as its generation_config.json says. Throws what is wrong with either, what is not done of it, TRANSFORMER_OTHER_WEIGHTS, or TRANSFORMER_NO_TOKENIZER. */
export const adopt = async (folder: string): Promise<object | undefined> => {
  const place = await stat(folder).catch(() => undefined);
  if (!place?.isDirectory()) return undefined;
  if (!(await stat(join(folder, 'config.json')).catch(() => undefined))) {
    checkKind(folder);
    return undefined;
  }
  if (!foreignOf(folder, undefined)) {
    checkKind(folder);
    familyOf(folder);
  }
  const tokenizers = ['tokenizer.json', 'tokenizer.model', 'vocab.json', 'vocab.txt'];
  const found = await Promise.all(tokenizers.map((name) => stat(join(folder, name)).catch(() => undefined)));
  if (found.every((each) => each === undefined)) throw errors.TRANSFORMER_NO_TOKENIZER(folder, tokenizers);
  const { sample, generate } = generationOf(folder);
  return {
    name: nameOf(folder),
    stages: {
      tokenize: { use: 'tokenizer', with: { from: folder } },
      backend: 'transformer',
      sample,
    },
    backends: { transformer: { with: { model: folder } } },
    ...(generate && { generate }),
  };
};

/** A pipeline's name of a folder's. */
const nameOf = (folder: string): string => {
  const plain = basename(folder)
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return plain.slice(0, 100) || 'model';
};
