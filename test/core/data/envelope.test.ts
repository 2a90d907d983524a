import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHECKPOINT, type Complaints, type Heading, headOf, makeEnvelope, readHeading, unwrap, wrap } from '../../../core/index.ts';

const complaints: Complaints = {
  fault: (what) => new Error(`fault: ${what}`),
  mismatch: (what, found, wanted) => new Error(`mismatch: ${what} ${found} ${wanted}`),
};
const heading: Heading & { readonly step: number } = { kind: 'thing', identity: { size: 3, of: { a: 'ü' } }, step: 7 };
const parts = [Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(4, 5)];
const whole = wrap(heading, parts);
const opened = (bytes: Uint8Array, wanted: Heading = heading) => unwrap<typeof heading>(bytes, wanted, complaints);

/** The same bytes with some of them changed, and the checksum made to fit again. */
const forged = (change: (bytes: Buffer) => void): Uint8Array => {
  const bytes = Buffer.from(whole);
  change(bytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(12)), 8);
  return bytes;
};

describe('a checkpoint', () => {
  test('has the layout that it says: letters, version, checksum, length, a heading in JSON padded with spaces, its body', () => {
    const bytes = Buffer.from(whole);
    const text = JSON.stringify({ ...heading, bytes: 5 });
    const length = Math.ceil(Buffer.byteLength(text) / 8) * 8;
    expect(bytes.toString('latin1', 0, 4)).toBe('SGCP');
    expect([bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12)]).toEqual([1, crc32(bytes.subarray(12)), length]);
    expect(bytes.toString('utf8', 16, 16 + length).trimEnd()).toBe(text);
    expect([...bytes.subarray(16 + length)]).toEqual([1, 2, 3, 4, 5]);
  });

  test('gives back what was put in, from wherever in memory it lies, its body at a multiple of eight and not copied', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 }), fc.nat(9), (more, bodies, before) => {
        const said = { kind: 'thing', identity: { one: 1 }, more };
        const bytes = wrap(said, bodies);
        const roomy = new Uint8Array(before + bytes.length);
        roomy.set(bytes, before);
        const { heading: found, body } = unwrap<Heading & { more: unknown }>(Buffer.from(roomy.buffer, before), said, complaints);
        expect(JSON.stringify(found.more)).toBe(JSON.stringify(more));
        expect(Buffer.from(body)).toEqual(Buffer.concat(bodies));
        expect(body.buffer).toBe(roomy.buffer);
        expect((body.byteOffset - before) % 8).toBe(0);
        expect(body.slice(0, 1).buffer).not.toBe(roomy.buffer); // a plain array, not a Buffer, whose slice is no copy
      }),
    );
  });

  test('can be written head and parts one after another', () =>
    expect(Buffer.concat([headOf(heading, parts), ...parts])).toEqual(Buffer.from(whole)));

  test('is refused wherever it is cut, grown or changed', () => {
    for (let length = 0; length < whole.length; length++)
      expect(() => opened(whole.subarray(0, length)), `${length}`).toThrow(/^fault: it/);
    expect(() => opened(Buffer.concat([whole, Buffer.alloc(1)]))).toThrow('fault: it has 6 bytes where its heading speaks of 5');
    for (let at = 0; at < whole.length; at++)
      for (const bit of [1, 128]) expect(() => opened(whole.with(at, whole[at]! ^ bit)), `${at}`).toThrow(/^(fault: it|mismatch: )/);
  });

  test('is refused by name where it is sound and not what is wanted', () => {
    const text = (from: string, to: string) => forged((bytes) => bytes.write(to, bytes.indexOf(from)));
    const cases: [Uint8Array, string][] = [
      [Buffer.from('PK\x03\x04 and much else that is no checkpoint'), 'fault: it does not begin like one'],
      [forged((bytes) => bytes.writeUInt32LE(9, 4)), 'fault: it is of version 9 and not 1'],
      [forged((bytes) => bytes.writeUInt32LE(0xfffffff0, 12)), 'fault: its heading has no end'],
      [text('"thing"', '"other"'), 'fault: its heading does not speak of a thing'],
      [text('{"kind"', '["kind"'), 'fault: its heading does not speak of a thing'],
      [text('"bytes":5', '"bytes":4'), 'fault: it has 5 bytes where its heading speaks of 4'],
      [wrap({ kind: 'thing', identity: null as never }, parts), 'mismatch: size missing 3'],
    ];
    for (const [bytes, message] of cases) expect(() => opened(bytes)).toThrow(message);
    const other = (identity: object) => opened(whole, { kind: 'thing', identity: identity as Heading['identity'] });
    expect(() => other({ size: 4, of: { a: 'ü' } })).toThrow('mismatch: size 3 4');
    expect(() => other({ size: 3, of: { a: 'u' } })).toThrow('mismatch: of {"a":"ü"} {"a":"u"}');
    expect(() => other({ size: 3, of: { a: 'ü' }, more: true })).toThrow('mismatch: more missing true');
    expect(() => other({ size: 3 })).toThrow('mismatch: of {"a":"ü"} missing');
    expect(other({ size: 3, of: { a: 'ü' }, unset: undefined }).heading.step).toBe(7);
  });

  test('may have a heading whose length is a multiple of four alone, as files of old have', () => {
    const { bytes, body } = makeEnvelope(CHECKPOINT, heading, 8);
    const short = Buffer.from(bytes, 0, body + 4);
    short.writeUInt32LE(body - 16 + 4, 12);
    short.fill(' ', body);
    expect(readHeading(short, CHECKPOINT, heading, complaints).body).toBe(body + 4);
  });
});
