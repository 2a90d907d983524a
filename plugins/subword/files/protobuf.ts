import { errors } from '../errors.ts';

/** One field of a protobuf message: a number, or bytes. */
export interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/** The fields of a message in their order; throws FILE_UNREADABLE where the bytes end too soon. 64-bit values lose what does not fit 53 bits. */
export function* readMessage(bytes: Uint8Array, path: string): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const need = (more: number) => {
    if (at + more > bytes.length) throw errors.FILE_UNREADABLE(path, `it ends in the middle of a field, after ${bytes.length} bytes`);
  };
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      need(1);
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw errors.FILE_UNREADABLE(path, `a number at byte ${at} has no end`);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const kind = key % 8;
    if (number === 0) throw errors.FILE_UNREADABLE(path, `a field without a number at byte ${at}`);
    if (kind === 0) yield { number, value: varint(), bytes: NO_BYTES };
    else if (kind === 5) {
      need(4);
      yield { number, value: view.getFloat32(at, true), bytes: NO_BYTES };
      at += 4;
    } else if (kind === 1) {
      need(8);
      yield { number, value: view.getFloat64(at, true), bytes: NO_BYTES };
      at += 8;
    } else if (kind === 2) {
      const length = varint();
      need(length);
      yield { number, value: 0, bytes: bytes.subarray(at, at + length) };
      at += length;
    } else throw errors.FILE_UNREADABLE(path, `a field of the unknown kind ${kind} at byte ${at}`);
  }
}
