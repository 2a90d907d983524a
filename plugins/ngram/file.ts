import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import {
  type Complaints,
  type Form,
  makeEnvelope,
  readHeading,
  SUMMED,
  seal as sealBytes,
  verify as verifyBytes,
} from '../../core/index.ts';
import { errors } from './errors.ts';
import type { Smoothed } from './options.ts';

const FORM: Form = { letters: 'NGRM', version: 1 };
const HEADER = 2 ** 16; // bytes a header may have
const PIECE = 2 ** 22; // bytes read, written or summed at one stretch

/** What a model belongs to; a file of another is refused. */
export interface Identity extends Readonly<Record<string, unknown>> {
  readonly order: number;
  readonly smoothing: Smoothed;
  readonly vocabulary: number;
  /** -1 where the tokenizer has none. */
  readonly start: number;
  readonly stop: number;
  /** The tokenizer's fingerprint. */
  readonly tokenizer: string;
}

/** What a file says of itself before its words begin. */
export interface Header {
  /** A trained model, or the counts of a training under way. */
  readonly kind: 'model' | 'counts';
  readonly identity: Identity;
  /** How many n-grams of each order. */
  readonly sizes: readonly number[];
  /** How many batches of the corpus are counted; of a model 0. */
  readonly batches: number;
}

/** A file in memory: what it says, and the byte where its words begin. */
export interface OpenedFile {
  readonly bytes: ArrayBuffer;
  readonly header: Header;
  readonly body: number;
}

/** An empty file with room for so many words. */
export const create = (header: Header, words: number): OpenedFile => ({ header, ...makeEnvelope(FORM, header, words * 4) });

/** Writes the checksum, once the words are there. */
export const seal = ({ bytes }: OpenedFile): ArrayBuffer => {
  sealBytes(bytes);
  return bytes;
};

const complaints = (name: string): Complaints => ({
  fault: (what) => errors.NGRAM_FILE(name, what),
  mismatch: (what, found, wanted) => errors.NGRAM_MISMATCH(name, what, found, wanted),
});

/** Reads a file's header and holds it to what is wanted; `words` says how many words belong to it. Throws NGRAM_FILE, NGRAM_MISMATCH. */
export const inspect = (
  name: string,
  head: Buffer,
  length: number,
  wanted: Pick<Header, 'kind' | 'identity'>,
  words: (sizes: readonly number[]) => number,
): Pick<OpenedFile, 'header' | 'body'> => {
  const { fault } = complaints(name);
  const { heading: header, body } = readHeading<Header>(head, FORM, wanted, complaints(name));
  const { order, vocabulary } = wanted.identity;
  const { sizes, batches } = header;
  const counted = Array.isArray(sizes) && sizes.length === order && sizes[0] === vocabulary && [...sizes, batches].every(isCount);
  if (!counted) throw fault('its header gives impossible sizes');
  if (body + words(sizes) * 4 !== length) throw fault(`it has ${length} bytes where its header speaks of ${body + words(sizes) * 4}`);
  return { header, body };
};

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;

/** Throws NGRAM_FILE where a byte has changed since the file was sealed. */
export const verify = (name: string, bytes: Buffer, sum?: number): void => verifyBytes(bytes, complaints(name), sum);

/** Reads a file piece by piece; `accept` judges it by its beginning, before any memory is taken. */
export const read = async (
  path: string,
  accept: (head: Buffer, length: number) => Pick<OpenedFile, 'header' | 'body'>,
): Promise<OpenedFile> => {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw errors.NGRAM_FILE(path, `it cannot be opened (${error.code})`);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw errors.NGRAM_FILE(path, 'it is no file');
    const { size } = stat;
    const head = Buffer.alloc(Math.min(size, HEADER));
    await file.read(head, 0, head.length, 0);
    const accepted = accept(head, size);
    const bytes = Buffer.allocUnsafeSlow(size); // every byte is read into; clearing so many first would hold others up
    let sum = 0;
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(bytes, at, Math.min(PIECE, size - at), at);
      if (bytesRead === 0) throw errors.NGRAM_FILE(path, `it ended after ${at} of ${size} bytes`);
      sum = crc32(bytes.subarray(Math.max(at, SUMMED), at + bytesRead), sum);
      at += bytesRead;
    }
    verify(path, bytes, sum);
    return { ...accepted, bytes: bytes.buffer as ArrayBuffer };
  } finally {
    await file.close();
  }
};

/** Writes a file piece by piece. */
export const write = async (path: string, bytes: ArrayBuffer): Promise<void> => {
  const file = await open(path, 'w');
  try {
    for (let at = 0; at < bytes.byteLength; at += PIECE) {
      await file.writeFile(new Uint8Array(bytes, at, Math.min(PIECE, bytes.byteLength - at)));
    }
    await file.sync();
  } finally {
    await file.close();
  }
};
