import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Compiled } from '../engine/compiled.ts';
import { errors } from '../errors.ts';
import { Fields } from '../fields.ts';
import { decoderOf, withAdded } from './added.ts';
import { compile } from './compile.ts';
import { type Beside, naming } from './faults.ts';
import { readBytes, readJson } from './read-bytes.ts';
import { readSentencePiece } from './sentence-piece.ts';
import type { Config, Spec } from './spec.ts';
import { withTemplates } from './templates.ts';
import { encodingIn, readTiktoken } from './tiktoken.ts';
import { unheededOf } from './unheeded.ts';
import { readVocabAndMerges, readVocabTxt } from './word-lists.ts';
import { writeFiles } from './write.ts';

/** What a file cannot say itself. */
export interface Hints {
  /** How text is split before the ranks of a tiktoken file apply. */
  readonly encoding?: string;
  /** Special tokens by name, over what the files say: `bos_token`. */
  readonly names?: Readonly<Record<string, string>>;
}

/** A tokenizer that was read, and the files that hold it from now on. */
export interface OpenedTokenizer {
  readonly compiled: Compiled;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The files that its chat templates are from, by the names of these. */
  readonly templates?: Readonly<Record<string, string>>;
  /** What their files ask for and is not done, a sentence each. */
  readonly unheeded?: readonly string[];
}

const kinds = ['tokenizer.json', 'tokenizer.json.gz', '.tiktoken', '.model', 'vocab.json', 'vocab.txt'];

/** The file of a folder that holds the tokenizer. */
const fileIn = (folder: string): string => {
  const names = readdirSync(folder).sort();
  const found =
    names.find((name) => name.startsWith('source.')) ??
    kinds.flatMap((kind) =>
      names.filter((name) => (kind.startsWith('.') ? name.endsWith(kind) || name.endsWith(`${kind}.gz`) : name === kind)),
    )[0];
  if (found === undefined)
    throw errors.FILE_ABSENT(folder, 'tokenizer.json, *.tiktoken, *.model, vocab.txt, or vocab.json beside merges.txt');
  return join(folder, found);
};

/** What the names of files begin with that stand beside one. */
const prefixOf = (path: string): string => basename(path).match(/^(.*\.)?tokenizer\.json(?:\.gz)?$/)?.[1] ?? '';

/** What a file beside one says; nothing where it is not there. */
const beside = (path: string, name: string): Beside => {
  const other = join(dirname(path), prefixOf(path) + name);
  if (!statSync(other, { throwIfNoEntry: false })) return { path: other, says: {} };
  const says = readJson(readBytes(other), other);
  return { path: other, says: new Fields(says, other) && { ...(says as Config) } };
};

const read = (path: string, config: Config, hints: Hints): { readonly spec: Spec; readonly config: Config; readonly source?: string } => {
  const bytes = readBytes(path);
  const name = basename(path).replace(/\.gz$/, '');
  if (name.endsWith('.tiktoken')) {
    const encoding = hints.encoding ?? encodingIn(name);
    return { spec: readTiktoken(bytes, path, encoding), config, source: `source.${encoding}.tiktoken` };
  }
  if (name.endsWith('.model')) {
    const { spec, config: own } = readSentencePiece(bytes, path);
    return { spec, config: { ...own, ...config }, source: 'source.model' };
  }
  if (name.endsWith('.txt') && !name.endsWith('merges.txt')) return { spec: readVocabTxt(bytes, path, config), config };
  if (name.endsWith('merges.txt')) {
    const vocab = path.replace(/merges\.txt(?=(?:\.gz)?$)/, 'vocab.json');
    return { spec: readVocabAndMerges(readJson(readBytes(vocab), vocab), bytes, path), config };
  }
  if (!name.endsWith('.json')) throw errors.UNKNOWN_KIND(path);
  const value = readJson(bytes, path);
  if (!name.endsWith('vocab.json')) return { spec: new Fields(value, path) && (value as Spec), config };
  const merges = path.replace(/vocab\.json(?=(?:\.gz)?$)/, 'merges.txt');
  return { spec: readVocabAndMerges(value, readBytes(merges), merges), config };
};

/** Reads a tokenizer of any known kind from a file or a folder. */
export const open = (path: string, hints: Hints = {}): OpenedTokenizer => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw errors.FILE_ABSENT(path, 'a file or a folder');
  const file = found.isDirectory() ? fileIn(path) : path;
  const [own, map, added] = [
    beside(file, 'tokenizer_config.json'),
    beside(file, 'special_tokens_map.json'),
    beside(file, 'added_tokens.json'),
  ];
  const { opened, source, templates } = naming({ main: file, beside: [own, map, added] }, () => {
    const { spec, config, source } = read(file, { ...map.says, ...own.says }, hints);
    const guessed = source !== undefined || /vocab\.json(\.gz)?$|\.txt(\.gz)?$/.test(file);
    const whole = withAdded(spec, config, added.says, !guessed);
    const { config: full, places } = withTemplates(config, own.path, prefixOf(file));
    const opened = compileAs(whole, {
      ...full,
      ...(source !== undefined && decoderOf(whole)),
      ...hints.names,
    });
    return { opened, source, templates: places };
  });
  const { compiled, files } = opened;
  for (const [name, content] of Object.entries(hints.names ?? {}))
    if (!compiled.added.some((token) => token.special && token.content === content)) throw errors.UNKNOWN_SPECIAL(`${name} ${content}`);
  return {
    compiled,
    files: source === undefined ? files : { ...files, [source]: readBytes(file) },
    templates,
    unheeded: unheededOf([own, map], compiled),
  };
};

/** A description as a tokenizer and its files. */
export const compileAs = (spec: Spec, config: Config): OpenedTokenizer => {
  const compiled = compile(spec, config);
  return { compiled, files: writeFiles(spec, config, compiled) };
};
