import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Field, Message } from '../../../../plugins/toolkit/protobuf/reader.ts';
import { ProtobufWriter } from '../../../../plugins/toolkit/protobuf/writer.ts';

class Unsound extends Error {}
const fail = (what: string): Error => new Unsound(what);
const fieldsOf = (...bytes: readonly number[]): Field[] => [...new Message(Uint8Array.from(bytes), fail)];
const onlyOf = (...bytes: readonly number[]): Field => fieldsOf(...bytes)[0]!;
const FF = (count: number): number[] => new Array(count).fill(255);

describe('a protocol buffer', () => {
  it('is read as the format says, by hand', () => {
    expect(onlyOf(0x08, 0x96, 0x01).unsigned()).toBe(150);
    expect(onlyOf(0x08, ...FF(9), 1).integers()).toEqual([-1n]);
    expect(onlyOf(0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1).integers()).toEqual([-(2n ** 63n)]);
    expect(onlyOf(0x08, ...FF(7), 15).integers()).toEqual([2n ** 53n - 1n]);
    expect(onlyOf(0x08, ...FF(7), 15).unsigned()).toBe(2 ** 53 - 1);
    expect(onlyOf(0x0a, 3, 3, 0xac, 2).integers()).toEqual([3n, 300n]);
    expect(onlyOf(0x15, 0, 0, 0xc0, 0x3f).float()).toBe(1.5);
    expect(onlyOf(0x11, 0, 0, 0, 0, 0, 0, 0xf8, 0xbf).float()).toBe(-1.5);
    expect(onlyOf(0x15, 0, 0, 0xc0, 0x3f).floats()).toEqual(Uint8Array.of(0, 0, 0xc0, 0x3f));
    expect(onlyOf(0x12, 2, 104, 105).bytes()).toEqual(Uint8Array.of(104, 105));
    expect([...onlyOf(0x1a, 2, 0x08, 7).message()].map((field) => field.unsigned())).toEqual([7]);
    expect(onlyOf(0xf8, 0xff, 0xff, 0xff, 0x0f, 1).number).toBe(2 ** 29 - 1);
    expect(fieldsOf()).toEqual([]);
  });

  it.each([
    ['a number without an end', [0x08, ...FF(10)], 'more than 64 bits'],
    ['a number of 65 bits', [0x08, ...FF(9), 2], 'more than 64 bits'],
    ['a number of eleven bytes', [0x08, ...FF(9), 0x81, 0], 'more than 64 bits'],
    ['a number that is cut', [0x08, 0x80], 'in the middle of a number, after 2 bytes'],
    ['a key that is cut', [0x88], 'in the middle of a number, after 1 bytes'],
    ['the field 0', [0x00, 1], 'field of number 0 at byte 0'],
    ['a field beyond the last', [0x80, 0x80, 0x80, 0x80, 0x10, 1], 'field of number 536870912'],
    ['a group', [0x0b, 0x08, 1, 0x0c], 'field 1 at byte 0 is of the abandoned kind "group"'],
    ['the end of a group', [0x08, 1, 0x0c], 'field 1 at byte 2 is of the abandoned kind "group"'],
    ['an unknown kind', [0x0e, 1], 'unknown kind 6'],
    ['bytes that are cut', [0x0a, 5, 1], 'field 1, which claims 5 bytes where 1 are left'],
    ['bytes past all measure', [0x0a, ...FF(9), 1], 'where 0 are left'],
    ['a single that is cut', [0x0d, 0, 0], 'claims 4 bytes where 2 are left'],
    ['a double that is cut', [0x09, 0], 'claims 8 bytes where 1 are left'],
  ])("refuses %s with the asker's own error", (_, bytes, why) => {
    expect(() => fieldsOf(...bytes)).toThrow(Unsound);
    expect(() => fieldsOf(...bytes)).toThrow(why);
  });

  it('refuses a field that is not what its asker takes it for', () => {
    const [whole, bytes, single] = [onlyOf(0x08, 1), onlyOf(0x0a, 1, 0x80), onlyOf(0x0d, 0, 0, 0, 0)];
    expect(() => whole.bytes()).toThrow('field 1 is a whole number where bytes belong');
    expect(() => whole.message()).toThrow(Unsound);
    expect(() => whole.float()).toThrow(Unsound);
    expect(() => whole.floats()).toThrow(Unsound);
    expect(() => bytes.unsigned()).toThrow('field 1 is bytes where a whole number belongs');
    expect(() => bytes.float()).toThrow(Unsound);
    expect(() => single.integers()).toThrow('field 1 is a number of 4 bytes where whole numbers belong');
    expect(() => bytes.integers()).toThrow('in the middle of a number'); // packed, and the last is cut
  });

  it('has a bound to its fields and to its nesting', () => {
    const most = 10_000_000;
    const full = new Uint8Array(2 * most + 2).fill(8);
    const read = (length: number): number => {
      let count = 0;
      for (const _ of new Message(full.subarray(0, length), fail)) count++;
      return count;
    };
    expect(read(2 * most)).toBe(most);
    expect(() => read(2 * most + 2)).toThrow('more than 10000000 fields');
    const nested = (depth: number): Uint8Array =>
      depth === 0 ? Uint8Array.of() : new ProtobufWriter().bytes(1, nested(depth - 1)).finish();
    const descend = (message: Message): number => Array.from(message, (field) => 1 + descend(field.message()))[0] ?? 0;
    expect(descend(new Message(nested(100), fail))).toBe(100);
    expect(() => descend(new Message(nested(101), fail))).toThrow('more than 100 deep');
  });

  it('reads whatever the writer writes, within a larger array too, and cut short refuses or gives the fields before', () => {
    const value = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.uint8Array({ maxLength: 300 }));
    const fields = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 28 - 1 }), value), { maxLength: 8 });
    fc.assert(
      fc.property(fields, fc.nat(40), (written, before) => {
        const out = new ProtobufWriter();
        for (const [number, one] of written) typeof one === 'bigint' ? out.integer(number, one) : out.bytes(number, one);
        const whole = out.finish();
        const roomy = new Uint8Array(before + whole.length);
        roomy.set(whole, before);
        const read = (bytes: Uint8Array): unknown[] => {
          const found: unknown[] = [];
          try {
            for (const field of new Message(bytes, fail)) {
              const like = written[found.length]![1];
              found.push([field.number, typeof like === 'bigint' ? field.integers()[0] : field.bytes()]);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(Unsound);
          }
          return found;
        };
        const found = read(roomy.subarray(before));
        expect(found).toEqual(written);
        for (let length = 0; length < whole.length; length += 7) {
          const part = read(whole.subarray(0, length));
          expect(part).toEqual(written.slice(0, part.length));
        }
      }),
    );
  });

  it('is read by a module that loads no other', () => {
    const source = readFileSync(new URL('../../../../plugins/toolkit/protobuf/reader.ts', import.meta.url), 'utf8');
    expect(source).not.toMatch(/\bimport\b/);
  });
});
