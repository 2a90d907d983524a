import { type Field, Message } from '../../toolkit/protobuf/reader.ts';
import { errors } from '../errors.ts';
import { readText } from './read-bytes.ts';
import type { Config, Spec } from './spec.ts';

// Field numbers of sentencepiece_model.proto.
const PIECE = 1;
const TRAINER = 2;
const NORMALIZER = 3;
const kinds = { unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 };
const models = { unigram: 1, bpe: 2, character: 4 };

interface Piece {
  readonly text: string;
  readonly score: number;
  readonly kind: number;
}

type Fields = ReadonlyMap<number, Field>;

/** The last of each number, as a message is to be read. */
const numbers = (field: Field): Fields => new Map(Array.from(field.message(), (inner) => [inner.number, inner]));

const pieceOf = (field: Field, path: string): Piece => {
  const fields = numbers(field);
  return {
    text: readText(fields.get(1)?.bytes() ?? new Uint8Array(0), path),
    score: fields.get(2)?.float() ?? 0,
    kind: fields.get(3)?.unsigned() ?? 1,
  };
};

/** A SentencePiece model (Kudo and Richardson 2018) as a tokenizer that gives the same ids. */
export const readSentencePiece = (bytes: Uint8Array, path: string): { readonly spec: Spec; readonly config: Config } => {
  const pieces: Piece[] = [];
  let trainer: Fields = new Map();
  let normalizer: Fields | undefined;
  for (const field of new Message(bytes, (what) => errors.FILE_UNREADABLE(path, what))) {
    if (field.number === PIECE) pieces.push(pieceOf(field, path));
    if (field.number === TRAINER) trainer = numbers(field);
    if (field.number === NORMALIZER) normalizer = numbers(field);
  }
  if (pieces.length === 0 || !normalizer) throw errors.FILE_UNREADABLE(path, 'it holds no pieces or no normalizer; it may be cut short');
  if (trainer.get(24)?.unsigned())
    throw errors.UNSUPPORTED(path, 'treat_whitespace_as_suffix is not supported; train the model without it');
  const dummy = (normalizer.get(3)?.unsigned() ?? 1) === 1;
  const marked = pieces.map(({ kind, text }, id) => ({ kind, text, id }));
  const special = marked.filter(({ kind }) => kind === kinds.unknown || kind === kinds.control);
  return {
    spec: {
      added_tokens: special.map(({ id, text }) => ({ id, content: text, special: true, normalized: false })),
      normalizer: normalizerOf(normalizer, dummy),
      pre_tokenizer: null,
      post_processor: null,
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
          ...(dummy ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
        ],
      },
      model: modelOf(pieces, trainer.get(3)?.unsigned() ?? models.unigram, path),
    },
    config: configOf(
      trainer,
      special.map(({ text }) => text),
    ),
  };
};

/** The score by which SentencePiece lets user-defined symbols win. */
const WINNING = -0.1;

const modelOf = (pieces: readonly Piece[], kind: number, path: string): unknown => {
  if (pieces.some((piece) => piece.kind === kinds.unused))
    throw errors.UNSUPPORTED(path, 'unused pieces are not supported; export the model without a restricted vocabulary');
  const unknown = pieces.findIndex((piece) => piece.kind === kinds.unknown);
  const byte_fallback = pieces.some((piece) => piece.kind === kinds.byte);
  if (kind === models.unigram) {
    const vocab = pieces.map(({ text, score, kind: one }) => [text, one === kinds.userDefined ? WINNING : score]);
    return { type: 'Unigram', unk_id: unknown < 0 ? null : unknown, vocab, byte_fallback };
  }
  if (kind !== models.bpe && kind !== models.character)
    throw errors.UNSUPPORTED(path, `model type ${kind} is not supported; known are unigram, bpe and char`);
  if (pieces.some((piece) => piece.kind === kinds.userDefined))
    throw errors.UNSUPPORTED(
      path,
      'user-defined symbols in a model of merges are not supported; read its tokenizer.json, or train it without them',
    );
  const vocab = new Map<string, number>();
  pieces.forEach(({ text }, id) => {
    const other = vocab.get(text);
    if (other !== undefined) throw errors.FILE_UNREADABLE(path, `pieces ${other} and ${id} have the same text`);
    vocab.set(text, id);
  });
  const order = [...new Set(pieces.map(({ score }) => score))].sort((one, other) => other - one);
  const places = new Map(order.map((score, rank) => [score, rank]));
  const ranks = pieces.map((piece) => (piece.kind === 1 && kind === models.bpe ? places.get(piece.score)! : null));
  return { type: 'BPE', unk_token: pieces[unknown]?.text ?? null, fuse_unk: true, byte_fallback, vocab: Object.fromEntries(vocab), ranks };
};

const normalizerOf = (fields: Fields, dummy: boolean): unknown => {
  const map = fields.get(2)?.bytes();
  const tidy = (fields.get(4)?.unsigned() ?? 1) === 1;
  return {
    type: 'Sequence',
    normalizers: [
      ...(map?.length ? [{ type: 'Precompiled', precompiled_charsmap: Buffer.from(map).toString('base64'), longest: true }] : []),
      ...(tidy
        ? [
            { type: 'Replace', pattern: { Regex: '\\A +| +\\z' }, content: '' },
            { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
          ]
        : []),
      ...(dummy ? [{ type: 'Prepend', prepend: '▁' }] : []),
      { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    ],
  };
};

const configOf = (trainer: Fields, special: readonly string[]): Config => {
  const named = { unk_token: [45, '<unk>'], bos_token: [46, '<s>'], eos_token: [47, '</s>'], pad_token: [48, '<pad>'] } as const;
  const config: Record<string, string> = {};
  for (const [name, [number, usual]] of Object.entries(named)) {
    const bytes = trainer.get(number)?.bytes();
    const text = bytes?.length ? Buffer.from(bytes).toString() : usual;
    if (special.includes(text)) config[name] = text;
  }
  return config;
};
