import { errors } from '../errors.ts';
import { encodings } from '../split/scanners.ts';
import { byteLetters } from '../text/byte-letters.ts';
import { readText } from './read-bytes.ts';
import type { Spec } from './spec.ts';

const MOST_LINES = 1 << 21;
const end = { '<|endoftext|>': 50256 };

/** The special tokens of tiktoken's encodings. */
const specials: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  gpt2: end,
  r50k_base: end,
  p50k_base: end,
  cl100k_base: {
    '<|endoftext|>': 100257,
    '<|fim_prefix|>': 100258,
    '<|fim_middle|>': 100259,
    '<|fim_suffix|>': 100260,
    '<|endofprompt|>': 100276,
  },
  o200k_base: { '<|endoftext|>': 199999, '<|endofprompt|>': 200018 },
};

const line = /^([A-Za-z0-9+/]+={0,2}) (\d{1,7})$/;

/** The encoding that the name of a rank file tells, if it tells one. */
export const encodingIn = (file: string): string | undefined => Object.keys(encodings).find((name) => file.toLowerCase().includes(name));

/** A rank file: a line a token, its bytes in base64 and its rank, which is its id; the encoding says how text is split. */
export const readTiktoken = (bytes: Uint8Array, path: string, encoding: string | undefined): Spec => {
  const pattern = encoding === undefined ? undefined : encodings[encoding];
  if (encoding === undefined || pattern === undefined) throw errors.UNKNOWN_ENCODING(encoding ?? 'none', Object.keys(encodings));
  const vocab = new Map<string, number>();
  const ranks: (number | null)[] = [];
  const lines = readText(bytes, path).split('\n');
  if (lines.length > MOST_LINES) throw errors.TOO_MANY(path, lines.length, MOST_LINES);
  lines.forEach((text, i) => {
    if (text.trim() === '') return;
    const match = line.exec(text.trim());
    const id = Number(match?.[2]);
    if (!match || id >= MOST_LINES) throw errors.FILE_UNREADABLE(path, `line ${i + 1} is no base64 text and rank`);
    const token = Array.from(Buffer.from(match[1]!, 'base64'), (byte) => byteLetters[byte]!).join('');
    if (vocab.has(token)) throw errors.FILE_UNREADABLE(path, `line ${i + 1} names the bytes of rank ${vocab.get(token)} again`);
    vocab.set(token, id);
    while (ranks.length < id) ranks.push(null);
    if (typeof ranks[id] === 'number') throw errors.FILE_UNREADABLE(path, `line ${i + 1} uses rank ${id} again`);
    ranks[id] = id;
  });
  const missing = byteLetters.findIndex((letter) => !vocab.has(letter));
  if (missing >= 0) throw errors.FILE_UNREADABLE(path, `byte ${missing} has no rank; the file may be cut short`);
  return {
    added_tokens: Object.entries(specials[encoding] ?? {}).map(([content, id]) => ({ id, content, special: true, normalized: false })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', ignore_merges: true, vocab: Object.fromEntries(vocab), ranks },
  };
};
