import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { realData } from '../../real-data.ts';

const files = {
  plays: 'tiny-shakespeare/input.txt',
  encyclopedia: 'wikitext-2/valid.txt',
  japanese: 'japanese/wagahaiwa_nekodearu.txt',
  novel: 'gutenberg-lm/raw/great-expectations.txt',
  pairs: 'tatoeba-fra-eng/fra.train.txt.gz',
  sums: 'gsm8k/train.jsonl',
} as const;

/** Why real texts and tokenizers are not there, if they are not. */
export const { absent, why } = realData('tokenizers/gpt2.tokenizer.json.gz');

/** A real text, at most so many code units of it. */
export const readText = (name: keyof typeof files, most = Number.POSITIVE_INFINITY): string => {
  const { path } = realData(files[name]);
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  const end = text.length <= most ? text.length : text.lastIndexOf('\n', most) + 1;
  return text.slice(0, end);
};

/** The names of the real texts. */
export const textNames = Object.keys(files) as (keyof typeof files)[];

/** A real tokenizer's file. */
export const tokenizerFile = (name: string): string =>
  realData(`tokenizers/${name === 'cl100k_base' ? 'cl100k_base.tiktoken.gz' : `${name}.tokenizer.json.gz`}`).path;

/** What its tokenizer.json says. */
export const tokenizerJson = (name: string): string => gunzipSync(readFileSync(tokenizerFile(name))).toString();

/** Where two lists of ids part, with what stands there; undefined where they do not. */
export const parting = (ours: ArrayLike<number>, theirs: ArrayLike<number>) => {
  for (let at = 0; at < Math.max(ours.length, theirs.length); at++)
    if (ours[at] !== theirs[at]) return { at, ours: Array.from(ours).slice(at, at + 5), theirs: Array.from(theirs).slice(at, at + 5) };
  return undefined;
};
