import { type Fields, make } from '../fields.ts';
import { finder } from '../pattern/finder.ts';
import { byteFallback, byteLevel } from './bytes.ts';
import type { Decoder } from './pieces.ts';

const each =
  (becomes: (text: string, at: number, last: number) => string): Decoder =>
  (pieces) => ({ ...pieces, texts: pieces.texts.map((text, at) => becomes(text, at, pieces.texts.length - 1)) });

/** Takes back the spaces that were put between words and signs. */
const cleaned = (text: string): string =>
  [' .', ' ?', ' !', ' ,']
    .reduce((so, sign) => so.replaceAll(sign, sign.slice(1)), text)
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(' do not', " don't")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");

const MOST_REMEMBERED = 1 << 15;

/** The same, remembered for tokens that come again. */
const cleanedOnce = (): ((text: string) => string) => {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = cleaned(text);
    if (known.size < MOST_REMEMBERED) known.set(text, made);
    return made;
  };
};

const wordPiece = (fields: Fields): Decoder => {
  const prefix = fields.string('prefix', '##');
  const clean = fields.boolean('cleanup', true) ? cleanedOnce() : undefined;
  return each((text, at) => {
    const joined = at === 0 ? text : prefix !== '' && text.startsWith(prefix) ? text.slice(prefix.length) : ` ${text}`;
    return clean ? clean(joined) : joined;
  });
};

const metaspace = (fields: Fields): Decoder => {
  const mark = fields.string('replacement', '▁');
  const never = fields.string('prepend_scheme', fields.boolean('add_prefix_space', true) ? 'always' : 'never') === 'never';
  return each((text, at) => text.replaceAll(mark, at === 0 && !never ? '' : ' '));
};

const bpe = (fields: Fields): Decoder => {
  const suffix = fields.string('suffix', '</w>');
  return (pieces) =>
    each((text, at, last) => {
      if (suffix === '') return text;
      if (at < last) return text.replaceAll(suffix, ' ');
      return pieces.growing ? text.split(suffix, 1)[0]! : text.replaceAll(suffix, '');
    })(pieces);
};

const ctc = (fields: Fields): Decoder => {
  const pad = fields.string('pad_token', '<pad>');
  const delimiter = fields.string('word_delimiter_token', '|');
  const clean = fields.boolean('cleanup', true);
  return (pieces) => ({
    ...pieces,
    texts: pieces.texts
      .filter((text, at, all) => at === 0 || text !== all[at - 1])
      .map((text) => text.replaceAll(pad, ''))
      .map((text) => (clean ? cleaned(text).replaceAll(delimiter, ' ') : text))
      .filter((text) => text !== ''),
  });
};

const replace = (fields: Fields): Decoder => {
  const find = finder(fields);
  const content = fields.string('content');
  const pattern = fields.get('pattern');
  const literal =
    typeof pattern === 'object' && pattern !== null && 'String' in pattern && typeof pattern.String === 'string'
      ? pattern.String
      : undefined;
  return (pieces) =>
    each((text, at, last) => {
      const growing = pieces.open && at === last;
      let out = '';
      let kept = 0;
      find(text, (start, end) => {
        out += text.slice(kept, start) + content;
        kept = end;
      });
      if (growing && literal === undefined) return '';
      return out + (growing ? withoutBeginning(text.slice(kept), literal!) : text.slice(kept));
    })(pieces);
};

/** The text without an end that might be the beginning of `pattern`. */
const withoutBeginning = (text: string, pattern: string): string => {
  for (let length = Math.min(pattern.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(pattern.slice(0, length))) return text.slice(0, -length);
  }
  return text;
};

const strip = (fields: Fields): Decoder => {
  const content = fields.string('content');
  const [start, stop] = [fields.whole('start', 0), fields.whole('stop', 0)];
  if (content === '') fields.fail('content', 'one character');
  return each((text) => {
    let [from, to] = [0, text.length];
    for (let i = 0; i < start && text.startsWith(content, from); i++) from += content.length;
    for (let i = 0; i < stop && to - content.length >= from && text.endsWith(content, to); i++) to -= content.length;
    return text.slice(from, to);
  });
};

const fuse: Decoder = (pieces) => ({ growing: pieces.growing, open: pieces.growing, texts: [pieces.texts.join('')] });

const makers: Readonly<Record<string, (fields: Fields) => Decoder>> = {
  BPEDecoder: bpe,
  ByteFallback: () => byteFallback,
  ByteLevel: () => byteLevel,
  CTC: ctc,
  Fuse: () => fuse,
  Metaspace: metaspace,
  Replace: replace,
  Sequence: (fields) => {
    const steps = fields.objects('decoders').map(makeDecoder);
    return (pieces) => steps.reduce((so, step) => step(so), pieces);
  },
  Strip: strip,
  WordPiece: wordPiece,
};

/** The decoder that `fields` describe in the Hugging Face format. */
export const makeDecoder = (fields: Fields): Decoder => make(fields, makers);

/** Without a decoder, tokens stand apart. */
export const spaced: Decoder = (pieces) => ({ ...pieces, texts: [pieces.texts.join(' ')] });
