import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../../plugins/text/decode-utf8.ts';
import { all, source } from './source.ts';

const decoded = async (content: string | Uint8Array, piece?: number): Promise<string> =>
  (await all(decodeUtf8(source(content, piece === undefined ? {} : { piece })))).join('');

describe('decodeUtf8', () => {
  it('decodes whatever the pieces are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\n') }),
        fc.integer({ min: 1, max: 9 }),
        async (text, piece) => {
          expect(await decoded(text, piece)).toBe(text);
        },
      ),
    );
  });

  it('cuts no character in two', async () => {
    const pieces = await all(decodeUtf8(source('€€€€', { piece: 1 })));
    expect(pieces.every((piece) => /^€+$/.test(piece))).toBe(true);
  });

  it('drops a byte order mark at the beginning, and there only', async () => {
    for (const piece of [1, 2, 100]) expect(await decoded('\ufeffa\ufeffb', piece)).toBe('a\ufeffb');
  });

  it('makes line ends CRLF into LF, also across pieces, and leaves a lone CR', async () => {
    for (const piece of [1, 2, 3, 100]) expect(await decoded('a\r\nb\rc\r\r\nd\r', piece)).toBe('a\nb\rc\r\nd\r');
  });

  it('agrees with the platform on what is UTF-8, and names the first bad byte', async () => {
    const interesting = fc.constantFrom(
      0x61,
      0x7f,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc0,
      0xc1,
      0xc2,
      0xdf,
      0xe0,
      0xe1,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
      0xff,
    );
    const check = async (list: readonly number[], piece: number): Promise<void> => {
      const bytes = Uint8Array.from(list);
      const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
      const replaced = lenient.indexOf('\ufffd'); // which the bytes above never spell themselves
      if (replaced < 0) {
        expect(await decoded(bytes, piece)).toBe(lenient);
        return;
      }
      const bad = Buffer.byteLength(lenient.slice(0, replaced));
      await expect(decoded(bytes, piece)).rejects.toThrow(`file.txt is not UTF-8: byte ${bad} (0x${bytes[bad]!.toString(16)})`);
    };
    await fc.assert(fc.asyncProperty(fc.array(interesting, { maxLength: 7 }), fc.integer({ min: 1, max: 8 }), check), { numRuns: 2000 });
  });

  it('names the place of a bad byte far into a file', async () => {
    const bytes = Buffer.concat([Buffer.from('é'.repeat(300_000)), Buffer.from([0xff]), Buffer.from('x'.repeat(1000))]);
    await expect(decoded(bytes, 65_536)).rejects.toMatchObject({
      code: 'TEXT_NOT_UTF8',
      message: expect.stringContaining('byte 600000 (0xff)'),
    });
  });

  it('tells binary files by a zero byte early on', async () => {
    await expect(decoded(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]))).rejects.toMatchObject({
      code: 'TEXT_BINARY',
      message: expect.stringContaining('byte 4 '),
    });
    await expect(decoded(Buffer.from('hi', 'utf16le'))).rejects.toMatchObject({ code: 'TEXT_BINARY' });
    expect(await decoded(`${'x'.repeat(9000)}\0`, 1000)).toHaveLength(9001);
  });
});
