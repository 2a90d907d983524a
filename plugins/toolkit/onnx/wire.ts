import { errors } from '../errors.ts';

/** One field of a protocol buffer: a number (varint, or fixed as its bits), or bytes that nobody has looked into. */
export interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** How many fields one message may have: more than any graph needs, fewer than a hostile file could ask for. */
const MOST_FIELDS = 10_000_000;

/** The fields of a message, read one after another within its bounds; nothing is copied. Throws TOOLKIT_ONNX where it is cut short, or lies. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= bytes.length) throw errors.TOOLKIT_ONNX('it ends in the middle of a number');
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw errors.TOOLKIT_ONNX('a number in it has no end');
  };
  const take = (length: number): number => {
    if (length > bytes.length - at) throw errors.TOOLKIT_ONNX(`a field claims ${length} bytes where ${bytes.length - at} are left`);
    at += length;
    return at - length;
  };
  for (let count = 0; at < bytes.length; count++) {
    if (count > MOST_FIELDS) throw errors.TOOLKIT_ONNX('it has too many fields');
    const tag = varint();
    const number = Number(tag >> 3n);
    if (number === 0 || number > 536870911) throw errors.TOOLKIT_ONNX(`it has a field of number ${number}`);
    const kind = Number(tag & 7n);
    if (kind === 0) yield { number, value: varint() };
    else if (kind === 1) yield { number, value: view.getBigUint64(take(8), true) };
    else if (kind === 5) yield { number, value: BigInt(view.getUint32(take(4), true)) };
    else if (kind === 2) {
      const length = Number(varint());
      const from = take(length);
      yield { number, value: bytes.subarray(from, from + length) };
    } else throw errors.TOOLKIT_ONNX(`it has a field of kind ${kind}`);
  }
}

/** A field as the message, string or array that it should be. */
export const bytesIn = ({ number, value }: Field): Uint8Array => {
  if (typeof value === 'bigint') throw errors.TOOLKIT_ONNX(`field ${number} is a number where bytes belong`);
  return value;
};

/** A field as text. */
export const textIn = (field: Field): string => new TextDecoder().decode(bytesIn(field));

/** A field as a signed integer, or as several packed into bytes. */
export const integersIn = ({ value }: Field): readonly bigint[] => {
  if (typeof value === 'bigint') return [BigInt.asIntN(64, value)];
  const integers: bigint[] = [];
  let [whole, shift] = [0n, 0n];
  for (const byte of value) {
    whole |= BigInt(byte & 127) << shift;
    shift = byte < 128 ? 0n : shift + 7n;
    if (shift > 63n) throw errors.TOOLKIT_ONNX('a number in it has no end');
    if (byte < 128) {
      integers.push(BigInt.asIntN(64, whole));
      whole = 0n;
    }
  }
  return integers;
};

/** A field as one integer that JavaScript can hold. */
export const integerIn = (field: Field): number => Number(integersIn(field).at(-1) ?? 0n);
