import { errors } from '../errors.ts';
import { create, type Identity, inspect, seal, verify } from '../file.ts';
import { Counts } from './counts.ts';
import { RECORD } from './grams.ts';

const NAME = 'The checkpoint';

const countsWords = ([vocabulary, ...sizes]: readonly number[]): number =>
  sizes.reduce((words, size) => words + size * RECORD, vocabulary!);

/** Counts as bytes, with how many batches they are of. */
export const keep = (counts: Counts, identity: Identity, batches: number): Uint8Array<ArrayBuffer> => {
  const file = create({ kind: 'counts', identity, sizes: counts.sizes, batches }, countsWords(counts.sizes));
  const words = new Uint32Array(file.bytes, file.body);
  let at = 0;
  for (const part of [counts.unigrams, ...counts.longer.map(({ records }) => records)]) {
    words.set(part, at);
    at += part.length;
  }
  return new Uint8Array(seal(file));
};

/** How many batches a checkpoint is of. Throws where it is not one of this training. */
export const batchesOf = (bytes: Uint8Array, identity: Identity): number => open(bytes, identity).header.batches;

/** The counts of a checkpoint; every index in it is held to its bounds. */
export const restore = (bytes: Uint8Array, identity: Identity): Counts => {
  const { header, body } = open(bytes, identity);
  verify(NAME, view(bytes));
  const words = new Uint32Array(bytes.slice(body).buffer);
  const counts = new Counts(identity.order, identity);
  counts.unigrams.set(words.subarray(0, identity.vocabulary));
  let at = identity.vocabulary;
  counts.longer.forEach((grams, below) => {
    const size = header.sizes[below + 1]!;
    const records = words.slice(at, (at += size * RECORD));
    const shorter = header.sizes[below]!;
    for (let i = 0; i < records.length; i += RECORD) {
      const sound = records[i]! < shorter && records[i + 1]! < identity.vocabulary && records[i + 2]! < shorter;
      if (!sound) throw errors.NGRAM_FILE(NAME, `an entry of its ${below + 2}-grams points nowhere`);
    }
    grams.restore(records);
  });
  return counts;
};

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

const open = (bytes: Uint8Array, identity: Identity) => inspect(NAME, view(bytes), bytes.length, { kind: 'counts', identity }, countsWords);
