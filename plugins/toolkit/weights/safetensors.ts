import { errors } from '../errors.ts';
import { DTYPES, type DType, type Values } from '../graph/dtype.ts';

/** A tensor with its element type. */
export interface Weight {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: Values;
}

/** Tensors by name, and text about them. */
export interface Weights {
  readonly tensors: Readonly<Record<string, Weight>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const LETTERS = {
  F32: 'float32',
  F64: 'float64',
  F16: 'float16',
  BF16: 'bfloat16',
  I32: 'int32',
  I64: 'int64',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
} as const;
const letterOf = (dtype: DType): string => Object.entries(LETTERS).find(([, each]) => each === dtype)![0];

/** The longest header that is believed; the format's own bound. */
const MOST_HEADER = 100_000_000;

/** Tensors as the bytes of a .safetensors file, in the order given, each aligned to eight bytes. */
export const writeSafetensors = (
  tensors: Readonly<Record<string, Weight>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array => {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  const entries = Object.entries(tensors).sort(([, a], [, b]) => DTYPES[b.dtype].bytes - DTYPES[a.dtype].bytes);
  for (const [name, { dtype, dims, data }] of entries) {
    header[name] = { dtype: letterOf(dtype), shape: dims, data_offsets: [end, (end += data.byteLength)] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(32, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  let at = start;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
};

/** The tensors of a .safetensors file; where they lie aligned in it they are views. Throws TOOLKIT_SAFETENSORS where it is cut short, or lies. */
export const readSafetensors = (bytes: Uint8Array): Weights => {
  const { header, start } = readHeader(bytes);
  const room = bytes.length - start;
  const tensors: Record<string, Weight> = Object.create(null) as Record<string, Weight>;
  const metadata: Record<string, string> = {};
  let covered = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      for (const [key, value] of Object.entries(entry as object)) metadata[key] = String(value);
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
    const kind = typeof dtype === 'string' && Object.hasOwn(LETTERS, dtype) ? LETTERS[dtype as keyof typeof LETTERS] : undefined;
    if (!kind) throw errors.TOOLKIT_SAFETENSORS(`"${name}" is of the unknown type ${JSON.stringify(dtype)}`);
    if (!isLengths(shape) || !isLengths(offsets) || offsets.length !== 2)
      throw errors.TOOLKIT_SAFETENSORS(`"${name}" has no shape or no place`);
    const [from, to] = offsets as readonly [number, number];
    const size = shape.reduce((product, dim) => product * dim, 1) * DTYPES[kind].bytes;
    if (from > to || to > room) throw errors.TOOLKIT_SAFETENSORS(`"${name}" lies at ${from} to ${to} of ${room} bytes`);
    if (size !== to - from)
      throw errors.TOOLKIT_SAFETENSORS(`"${name}" of shape [${shape.join(', ')}] takes ${size} bytes and was given ${to - from}`);
    tensors[name] = { dtype: kind, dims: shape, data: viewOf(bytes, start + from, to - from, kind) };
    covered += size;
  }
  if (covered > room) throw errors.TOOLKIT_SAFETENSORS('its tensors overlap');
  return { tensors, metadata };
};

const readHeader = (bytes: Uint8Array): { header: Record<string, unknown>; start: number } => {
  if (bytes.length < 8) throw errors.TOOLKIT_SAFETENSORS(`it has ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(Math.min(MOST_HEADER, bytes.length - 8)))
    throw errors.TOOLKIT_SAFETENSORS(`its header claims ${length} bytes of ${bytes.length}`);
  const start = 8 + Number(length);
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, start)));
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return { header: header as Record<string, unknown>, start };
  } catch (cause) {
    throw errors.TOOLKIT_SAFETENSORS(`its header is no JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  throw errors.TOOLKIT_SAFETENSORS('its header is no object');
};

const isLengths = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length <= 32 && value.every((dim) => Number.isSafeInteger(dim) && dim >= 0);

const viewOf = (bytes: Uint8Array, offset: number, length: number, dtype: DType): Values => {
  const { bytes: width, array } = DTYPES[dtype];
  const at = bytes.byteOffset + offset;
  if (at % width === 0) return new array(bytes.buffer as ArrayBuffer, at, length / width);
  return new array(new Uint8Array(bytes.subarray(offset, offset + length)).buffer, 0, length / width);
};
