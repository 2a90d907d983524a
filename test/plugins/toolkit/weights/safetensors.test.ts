import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, toFloat32, writeSafetensors } from '../../../../plugins/toolkit/index.ts';

const RUNS = process.env.STAGEWRIGHT_DEEP ? 10_000 : 500;

/** A file written by hand, as the format's description has it. */
const file = (header: unknown, data: Uint8Array): Uint8Array => {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
};

describe('a .safetensors file', () => {
  it('is read as the format has it, aligned or not', () => {
    const data = new Uint8Array(Float32Array.of(1, 2).buffer);
    for (const pad of ['', 'x', 'xx', 'xxx']) {
      const { tensors, metadata } = readSafetensors(
        file({ __metadata__: { pad }, w: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] } }, data),
      );
      expect(tensors.w).toEqual({ dtype: 'float32', dims: [2, 1], data: Float32Array.of(1, 2) });
      expect(metadata).toEqual({ pad });
    }
    for (const pad of ['', 'x', 'xx', 'xxx']) {
      const bytes = Buffer.from(file({ __metadata__: { pad }, w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, data));
      expect(readSafetensors(bytes).tensors.w!.data, 'of a Buffer, whose slices are views').toEqual(Float32Array.of(1, 2));
    }
  });

  it('gives back what was written, of every type', () => {
    const tensors = {
      odd: { dtype: 'bool', dims: [3], data: Uint8Array.of(1, 0, 1) },
      f: { dtype: 'float32', dims: [2], data: Float32Array.of(0.5, -0) },
      d: { dtype: 'float64', dims: [], data: Float64Array.of(Math.PI) },
      i: { dtype: 'int64', dims: [1, 1], data: BigInt64Array.of(-5n) },
      empty: { dtype: 'int32', dims: [0, 4], data: new Int32Array() },
    } as const;
    expect(readSafetensors(writeSafetensors(tensors, { a: 'b' }))).toEqual({ tensors, metadata: { a: 'b' } });
  });

  const one = new Uint8Array(8);
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  for (const [name, bytes, why] of [
    ['nothing', new Uint8Array(3), 'it has 3 bytes'],
    ['a header beyond its end', new Uint8Array(8).fill(255), 'its header claims 18446744073709551615 bytes of 8'],
    ['a header that is no JSON', file({}, one).with(8, 1), 'its header is no JSON'],
    ['a header that is a list', file([], one), 'its header is no object'],
    ['an unknown type', file({ w: { ...entry, dtype: 'constructor' } }, one), 'unknown type "constructor"'],
    ['a place beyond its end', file({ w: { ...entry, data_offsets: [8, 16] } }, one), 'lies at 8 to 16 of 8 bytes'],
    ['a place backwards', file({ w: { ...entry, data_offsets: [8, 0] } }, one), 'lies at 8 to 0'],
    [
      'a shape larger than its bytes',
      file({ w: { ...entry, shape: [2 ** 30, 2 ** 20] } }, one),
      'takes 4503599627370496 bytes and was given 8',
    ],
    ['a negative length', file({ w: { ...entry, shape: [-2] } }, one), 'has no shape'],
    ['no entry', file({ w: null }, one), 'unknown type undefined'],
    ['tensors over each other', file({ w: entry, v: entry }, one), 'overlap'],
  ] as const) {
    it(`refuses ${name}`, () => {
      expect(() => readSafetensors(bytes)).toThrow(why);
      expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'TOOLKIT_SAFETENSORS' }));
    });
  }

  it('refuses any spoilt one with nothing but its own error', () => {
    const whole = writeSafetensors({
      a: { dtype: 'float32', dims: [2, 3], data: new Float32Array(6) },
      b: { dtype: 'int64', dims: [1], data: new BigInt64Array(1) },
    });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        try {
          readSafetensors(cut ? whole.slice(0, at) : whole.with(at, byte));
          expect(cut).toBe(false);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TOOLKIT_SAFETENSORS' });
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('widens halves exactly', () => {
    // 1, −2, the largest, the smallest, infinity (IEEE 754-2008, binary16); and bfloat16's 1, −2, π
    const half = toFloat32({ dtype: 'float16', data: Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00) });
    expect([...half]).toEqual([1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY]);
    expect([...toFloat32({ dtype: 'bfloat16', data: Uint16Array.of(0x3f80, 0xc000, 0x4049) })]).toEqual([1, -2, 3.140625]);
  });
});
