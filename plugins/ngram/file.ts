import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { errors } from './errors.ts';
import type { Smoothed } from './options.ts';

const MAGIC = 0x4d52474e; // "NGRM", little-endian
const VERSION = 1;
const PRELUDE = 16; // bytes: magic, version, checksum of what follows it, length of the header
const SUMMED = 12; // the byte from which on the checksum holds
const HEADER = 2 ** 16; // bytes a header may have
const PIECE = 2 ** 22; // bytes read, written or summed at one stretch

/** What a model belongs to; a file of another is refused. */
export interface Identity {
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
export interface Opened {
  readonly bytes: ArrayBuffer;
  readonly header: Header;
  readonly body: number;
}

/** An empty file with room for so many words. */
export const create = (header: Header, words: number): Opened => {
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(text.length / 4) * 4, ' ');
  text.copy(padded);
  const body = PRELUDE + padded.length;
  const bytes = new ArrayBuffer(body + words * 4);
  new Uint32Array(bytes, 0, 4).set([MAGIC, VERSION, 0, padded.length]);
  new Uint8Array(bytes).set(padded, PRELUDE);
  return { bytes, header, body };
};

/** Writes the checksum, once the words are there. */
export const seal = ({ bytes }: Opened): ArrayBuffer => {
  new Uint32Array(bytes)[2] = crc32(new Uint8Array(bytes, SUMMED));
  return bytes;
};

/** Reads a file's header and holds it to what is wanted; `words` says how many words belong to it. Throws NGRAM_FILE, NGRAM_MISMATCH. */
export const inspect = (
  name: string,
  head: Buffer,
  length: number,
  wanted: Pick<Header, 'kind' | 'identity'>,
  words: (sizes: readonly number[]) => number,
): Pick<Opened, 'header' | 'body'> => {
  const fault = (what: string) => errors.NGRAM_FILE(name, what);
  if (head.length < PRELUDE || head.readUInt32LE(0) !== MAGIC) throw fault('does not begin like one');
  if (head.readUInt32LE(4) !== VERSION) throw fault(`is of version ${head.readUInt32LE(4)} and not ${VERSION}`);
  const body = PRELUDE + head.readUInt32LE(12);
  if (body > HEADER || body > head.length || body % 4 > 0) throw fault('its header has no end');
  const header = parse(head.toString('utf8', PRELUDE, body));
  if (header?.kind !== wanted.kind) throw fault(`its header does not speak of a ${wanted.kind}`);
  for (const [what, value] of Object.entries(wanted.identity)) {
    const [found, asked] = [header.identity?.[what as keyof Identity], value].map((one) => JSON.stringify(one) ?? 'missing');
    if (found !== asked) throw errors.NGRAM_MISMATCH(name, what, found!, asked!);
  }
  const { order, vocabulary } = wanted.identity;
  const { sizes, batches } = header;
  const counted = Array.isArray(sizes) && sizes.length === order && sizes[0] === vocabulary && [...sizes, batches].every(isCount);
  if (!counted) throw fault('its header gives impossible sizes');
  if (body + words(sizes) * 4 !== length) throw fault(`it has ${length} bytes where its header speaks of ${body + words(sizes) * 4}`);
  return { header, body };
};

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;

const parse = (text: string): Header | undefined => {
  try {
    return JSON.parse(text) as Header;
  } catch {
    return undefined;
  }
};

/** Throws NGRAM_FILE where a byte has changed since the file was sealed. */
export const verify = (name: string, bytes: Buffer, sum = crc32(bytes.subarray(SUMMED))): void => {
  if (sum !== bytes.readUInt32LE(8)) throw errors.NGRAM_FILE(name, 'its checksum does not hold');
};

/** Reads a file piece by piece; `accept` judges it by its beginning, before any memory is taken. */
export const read = async (path: string, accept: (head: Buffer, length: number) => Pick<Opened, 'header' | 'body'>): Promise<Opened> => {
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
