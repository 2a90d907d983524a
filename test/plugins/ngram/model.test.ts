import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NgramModel } from '../../../plugins/ngram/model.ts';
import { idsOf, learned, probabilities } from './learned.ts';

const options = { order: 3, smoothing: 'kneser-ney' };
const tokenizer = idsOf(6, 0, 1);
const rows = [
  [0, 2, 3, 1],
  [0, 2, 2, 4, 1],
];
let folder: string;
let whole: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ngram-'));
  await learned(options, tokenizer, rows).save(folder);
  whole = await readFile(join(folder, 'ngram.bin'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Loads these bytes and answers the model. */
const load = async (bytes: Uint8Array, of = new NgramModel(options, tokenizer)): Promise<NgramModel> => {
  await writeFile(join(folder, 'ngram.bin'), bytes);
  await of.load(folder);
  return of;
};

/** The same file with one word changed and the checksum made to hold again. */
const forged = (at: number, word: number): Buffer => {
  const bytes = Buffer.from(whole);
  bytes.writeUInt32LE(word, at);
  bytes.writeUInt32LE(crc32(bytes.subarray(12)), 8);
  return bytes;
};

describe('a saved model', () => {
  test('predicts the same bits when loaded, and is saved as the same bytes', async () => {
    const model = await load(whole);
    expect(probabilities(model, [0, 2])).toEqual(probabilities(learned(options, tokenizer, rows), [0, 2]));
    await model.save(folder);
    expect(await readFile(join(folder, 'ngram.bin'))).toEqual(whole);
  });

  test('is the same bytes whatever order its rows came in', async () => {
    await learned(options, tokenizer, rows.toReversed()).save(folder);
    expect(await readFile(join(folder, 'ngram.bin'))).toEqual(whole);
  });

  test('is refused, in words, wherever a byte has changed', async () => {
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1 << (at % 8);
      await expect(load(bytes), `byte ${at}`).rejects.toMatchObject({ code: expect.stringMatching(/^NGRAM_(FILE|MISMATCH)$/) });
    }
  });

  test('is refused wherever it is cut off or goes on', async () => {
    for (let length = 0; length < whole.length; length += 7) {
      await expect(load(whole.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({ code: 'NGRAM_FILE' });
    }
    await expect(load(Buffer.concat([whole, Buffer.alloc(4)]))).rejects.toMatchObject({ code: 'NGRAM_FILE' });
  });

  test('is refused where it is not there, or is a folder', async () => {
    const elsewhere = join(folder, 'elsewhere');
    const loading = () => new NgramModel(options, tokenizer).load(elsewhere);
    await expect(loading()).rejects.toMatchObject({ code: 'NGRAM_FILE', message: expect.stringContaining('ENOENT') });
    await mkdir(join(elsewhere, 'ngram.bin'), { recursive: true });
    await expect(loading()).rejects.toMatchObject({ code: 'NGRAM_FILE', message: expect.stringContaining('no file') });
  });

  test('does no harm where a forger mends the checksum: it is refused, or every price is a number', async () => {
    const body = 16 + whole.readUInt32LE(12);
    const place = fc.integer({ min: body / 4, max: whole.length / 4 - 1 });
    const word = fc.oneof(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.constantFrom(0x7fc00000, 0x7f800000, 0xff800000),
    );
    await fc.assert(
      fc.asyncProperty(place, word, async (at, word) => {
        const model = await load(forged(at * 4, word)).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'NGRAM_FILE' });
        });
        for (const history of model ? [[0], [0, 2], [2, 4], [5, 5, 5]] : []) {
          for (const dense of [true, false]) expect([...probabilities(model!, history, dense)].every((p) => p >= 0)).toBe(true);
        }
      }),
      { numRuns: process.env.STAGEWRIGHT_DEEP ? 5000 : 500 },
    );
  });

  test('takes no memory for a file that only claims to be long', async () => {
    await writeFile(join(folder, 'ngram.bin'), whole);
    await truncate(join(folder, 'ngram.bin'), 2 ** 40);
    await expect(new NgramModel(options, tokenizer).load(folder)).rejects.toMatchObject({ code: 'NGRAM_FILE' });
  });

  test.each([
    ['order', new NgramModel({ ...options, order: 4 }, tokenizer)],
    ['smoothing', new NgramModel({ ...options, smoothing: 'laplace' }, tokenizer)],
    ['smoothing', new NgramModel({ ...options, smoothing: { use: 'kneser-ney', with: { discount_fallback: [0.4, 1, 1.5] } } }, tokenizer)],
    ['vocabulary', new NgramModel(options, { ...tokenizer, vocabulary: 7 })],
    ['start', new NgramModel(options, { ...tokenizer, start: 2 })],
    ['stop', new NgramModel(options, { ...tokenizer, stop: 2 })],
    ['tokenizer', new NgramModel(options, { ...tokenizer, fingerprint: 'other' })],
  ])('is refused by a pipeline of another %s', async (what, other) => {
    await expect(load(whole, other)).rejects.toMatchObject({ code: 'NGRAM_MISMATCH', message: expect.stringContaining(`with ${what} `) });
  });

  test('is an error to save before anything is learned', async () => {
    await expect(new NgramModel(options, tokenizer).save(folder)).rejects.toMatchObject({ code: 'NGRAM_UNTRAINED' });
  });
});
