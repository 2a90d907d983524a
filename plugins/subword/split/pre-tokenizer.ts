import { Fields, make } from '../fields.ts';
import { prepend } from '../normalize/normalizer.ts';
import { eachCharacter, type Normalizer, rewriter } from '../normalize/rewriter.ts';
import { listed } from '../pattern/char-set.ts';
import { finder } from '../pattern/finder.ts';
import { toByteLetters } from '../text/byte-letters.ts';
import { after, classOf, isSpace, NUMBER, WORD } from '../text/classes.ts';
import { clip, clipPattern } from './clip.ts';
import { type Behaviour, behaviours, type Divide, divide, eachOf } from './divide.ts';
import { punctuation } from './punctuation.ts';
import { gpt2, type Scanner, scanners } from './scanners.ts';

/** One thing done to pieces: divide each, or rewrite each; a pre-tokenizer is a list of these. */
export type Cut =
  | { readonly kind: 'divide'; readonly divide: Divide; readonly scanner?: Scanner }
  /** `bytes`: the rewriting that spells bytes as letters, which a fast path leaves out. `applies` sees whether the piece begins its text. */
  | {
      readonly kind: 'rewrite';
      readonly normalizer: Normalizer;
      readonly bytes?: true;
      readonly applies?: (piece: string, first: boolean) => boolean;
      /** Whether `applies` asks what begins the text. */
      readonly first?: boolean;
    };

const byScanner = (scanner: Scanner): Cut => ({
  kind: 'divide',
  scanner,
  divide: (text, emit) => {
    for (let at = 0; at < text.length; ) {
      const end = scanner(text, at, text.length);
      emit(at, end);
      at = end;
    }
  },
});

const dividing = (divide: Divide): Cut => ({ kind: 'divide', divide });

/** Numbers that came after Unicode 16; where the Rust library asks its standard library, it knows them. */
const laterNumbers = listed('11de0-11de9 16ff4-16ff6');
const isNumber = (codePoint: number) => (classOf(codePoint) & NUMBER) !== 0 || laterNumbers.has(codePoint);
const isPunctuation = (codePoint: number) =>
  codePoint < 128 ? /[!-/:-@[-`{-~]/.test(String.fromCharCode(codePoint)) : punctuation.has(codePoint);

const byteLevel = (fields: Fields): readonly Cut[] => [
  ...(fields.boolean('add_prefix_space', true)
    ? [{ kind: 'rewrite', normalizer: prepend(' '), applies: (piece: string) => !piece.startsWith(' ') } as const]
    : []),
  ...(fields.boolean('use_regex', true) ? [byScanner(gpt2)] : []),
  { kind: 'rewrite', normalizer: rewriter(eachCharacter(toByteLetters), toByteLetters), bytes: true },
];

const schemes = ['always', 'first', 'never'] as const;

const metaspace = (fields: Fields): readonly Cut[] => {
  const mark = fields.string('replacement', '▁');
  const scheme = fields.choice('prepend_scheme', schemes, fields.boolean('add_prefix_space', true) ? 'always' : 'never');
  const replaced = rewriter(
    eachCharacter((c) => (c === ' ' ? mark : c)),
    (text) => text.replaceAll(' ', mark),
  );
  return [
    { kind: 'rewrite', normalizer: replaced },
    ...(scheme === 'never'
      ? []
      : [
          {
            kind: 'rewrite',
            normalizer: prepend(mark),
            applies: (piece: string, first: boolean) => !piece.startsWith(mark) && (scheme === 'always' || first),
            first: scheme === 'first',
          } as const,
        ]),
    ...(fields.boolean('split', true)
      ? [dividing(divide(finder(new Fields({ pattern: mark }, fields.place)), 'MergedWithNext', false))]
      : []),
  ];
};

const split = (fields: Fields): readonly Cut[] => {
  const behaviour = fields.choice('behavior', behaviours);
  const invert = fields.boolean('invert', false);
  const value = fields.get('pattern');
  const regex = typeof value === 'object' && value !== null && 'Regex' in value ? value.Regex : undefined;
  if (regex === clipPattern && behaviour === 'Removed' && invert) return [dividing(clip)];
  const scanner = typeof regex === 'string' ? scanners.get(regex) : undefined;
  if (scanner && (behaviour === 'Isolated' || (behaviour === 'Removed' && invert))) return [byScanner(scanner)];
  return [dividing(divide(finder(fields), behaviour, invert))];
};

const fixedLength = (fields: Fields): readonly Cut[] => {
  const length = fields.whole('length', 5, 1);
  return [
    dividing((text, emit) => {
      for (let at = 0; at < text.length; ) {
        let end = at;
        for (let i = 0; i < length && end < text.length; i++) end = after(text, end);
        emit(at, end);
        at = end;
      }
    }),
  ];
};

const characters = (is: (codePoint: number) => boolean, behaviour: Behaviour): readonly Cut[] => [
  dividing(divide(eachOf(is), behaviour, false)),
];

const whitespace = (): readonly Cut[] => {
  const kind = (codePoint: number) => (isSpace(codePoint) ? 0 : (classOf(codePoint) & WORD) !== 0 ? 1 : 2);
  return [
    dividing((text, emit) => {
      for (let at = 0; at < text.length; ) {
        const first = kind(text.codePointAt(at)!);
        let end = after(text, at);
        while (end < text.length && kind(text.codePointAt(end)!) === first) end = after(text, end);
        if (first > 0) emit(at, end);
        at = end;
      }
    }),
  ];
};

const makers: Readonly<Record<string, (fields: Fields) => readonly Cut[]>> = {
  BertPreTokenizer: () => [...characters(isSpace, 'Removed'), ...characters(isPunctuation, 'Isolated')],
  ByteLevel: byteLevel,
  CharDelimiterSplit: (fields) => {
    const delimiter = fields.string('delimiter').codePointAt(0) ?? fields.fail('delimiter', 'one character');
    return characters((codePoint) => codePoint === delimiter, 'Removed');
  },
  Digits: (fields) => characters(isNumber, fields.boolean('individual_digits', false) ? 'Isolated' : 'Contiguous'),
  FixedLength: fixedLength,
  Metaspace: metaspace,
  Punctuation: (fields) => characters(isPunctuation, fields.choice('behavior', behaviours, 'Isolated')),
  Sequence: (fields) => fields.objects('pretokenizers').flatMap(makePreTokenizer),
  Split: split,
  Whitespace: whitespace,
  WhitespaceSplit: () => characters(isSpace, 'Removed'),
};

/** The cuts of the pre-tokenizer that `fields` describe in the Hugging Face format. */
export const makePreTokenizer = (fields: Fields): readonly Cut[] => make(fields, makers);
