import { errors } from '../errors.ts';
import { shown } from '../fields.ts';
import { readText } from './read-bytes.ts';
import type { Config, Spec } from './spec.ts';

/** Lower case in most of these files' entries shows that the text was lowered; the file itself does not say. */
const seemsLower = (tokens: readonly string[]): boolean => !tokens.some((token) => /^[A-Z][a-z]+$/.test(token));

/** BERT's vocab.txt: a token a line, its id the number of the line from 0. */
export const readVocabTxt = (bytes: Uint8Array, path: string, config: Config): Spec => {
  const tokens = readText(bytes, path)
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  const vocab = new Map<string, number>();
  tokens.forEach((token, id) => {
    const other = vocab.get(token);
    if (other !== undefined) throw errors.FILE_UNREADABLE(path, `lines ${other + 1} and ${id + 1} hold the same token ${shown(token)}`);
    vocab.set(token, id);
  });
  const id = (token: string) => vocab.get(token);
  const [cls, sep] = [id('[CLS]'), id('[SEP]')];
  const lower = config.do_lower_case;
  return {
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].flatMap((content) =>
      id(content) === undefined ? [] : [{ id: id(content), content, special: true, normalized: false }],
    ),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config.tokenize_chinese_chars !== false,
      strip_accents: typeof config.strip_accents === 'boolean' ? config.strip_accents : null,
      lowercase: typeof lower === 'boolean' ? lower : seemsLower(tokens),
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: cls === undefined || sep === undefined ? null : { type: 'BertProcessing', sep: ['[SEP]', sep], cls: ['[CLS]', cls] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocab),
    },
  };
};

/** GPT-2's vocab.json and merges.txt. */
export const readVocabAndMerges = (vocab: unknown, mergesBytes: Uint8Array, mergesPath: string): Spec => {
  const lines = readText(mergesBytes, mergesPath).split(/\r?\n/);
  const merges = lines.filter((line, i) => line !== '' && !(i === 0 && line.startsWith('#version')));
  const ids: Readonly<Record<string, unknown>> = typeof vocab === 'object' && vocab !== null ? { ...vocab } : {};
  const special = ['<|endoftext|>', '<s>', '<pad>', '</s>', '<unk>', '<mask>'].filter((content) => ids[content] !== undefined);
  return {
    added_tokens: special.map((content) => ({ id: ids[content], content, special: true, normalized: false, lstrip: content === '<mask>' })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', vocab, merges },
  };
};
