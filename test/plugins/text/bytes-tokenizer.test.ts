import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytesTokenizer } from '../../../plugins/text/bytes-tokenizer.ts';

const bytes = new BytesTokenizer();

describe('bytes', () => {
  it('gives the bytes of UTF-8', () => {
    expect([...bytes.tokenize('aé€😀')]).toEqual([0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]); // the examples of RFC 3629
    expect(bytes.vocabulary).toBe(258);
    expect([bytes.start, bytes.stop]).toEqual([256, 257]);
  });

  it('finds its way back, special ids vanishing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, at) => {
        const tokens = [...bytes.tokenize(text)];
        tokens.splice(at % (tokens.length + 1), 0, 256, 257);
        expect(bytes.detokenize(Int32Array.from(tokens))).toBe(text);
      }),
    );
  });

  it('keeps a byte order mark, which is a character like any other here', () => {
    expect(bytes.detokenize(bytes.tokenize('\ufeffa'))).toBe('\ufeffa');
    const detokenizer = bytes.detokenizer();
    expect(detokenizer.push(bytes.tokenize('\ufeffa')) + detokenizer.end()).toBe('\ufeffa');
  });

  it('streams what is certain, byte by byte, and never a part of a character', () => {
    const detokenizer = bytes.detokenizer();
    expect([...bytes.tokenize('a€b')].map((id) => detokenizer.push(Int32Array.of(id)))).toEqual(['a', '', '', '€', 'b']);
    expect(detokenizer.end()).toBe('');
  });

  it('streams to the same text as at once, whatever the bytes and the steps', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(257), { maxLength: 5 }), { maxLength: 20 }), (steps) => {
        const detokenizer = bytes.detokenizer();
        const said = steps.map((ids) => detokenizer.push(Int32Array.from(ids))).join('') + detokenizer.end();
        expect(said).toBe(bytes.detokenize(Int32Array.from(steps.flat())));
      }),
    );
  });

  it('says what was held back when the row ends inside a character', () => {
    const detokenizer = bytes.detokenizer();
    expect(detokenizer.push(Int32Array.of(0xe2, 0x82))).toBe('');
    expect(detokenizer.end()).toBe('\ufffd');
  });

  it('refuses foreign ids, and what is not text', () => {
    expect(() => bytes.detokenize(Int32Array.of(258))).toThrow(expect.objectContaining({ code: 'TEXT_UNKNOWN_ID' }));
    expect(() => bytes.detokenize(Int32Array.of(-1))).toThrow(expect.objectContaining({ code: 'TEXT_UNKNOWN_ID' }));
    expect(() => bytes.tokenize(5 as never)).toThrow('"bytes" takes text, and was given a number.');
  });
});
