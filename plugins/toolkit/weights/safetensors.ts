import { errors } from '../errors.ts';
import { DTYPES, type DType, type Values } from '../graph/dtype.ts';
import { joined } from '../protobuf/writer.ts';

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
export const writeSafetensors = (tensors: Readonly<Record<string, Weight>>, metadata: Readonly<Record<string, string>> = {}): Uint8Array =>
  joined(safetensorsParts(tensors, metadata));

/** The same bytes in parts, a header and each tensor as it stands in memory, for whoever puts them together with others. */
export const safetensorsParts = (
  tensors: Readonly<Record<string, Weight>>,
  metadata: Readonly<Record<string, string>> = {},
): readonly Uint8Array[] => {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  const entries = Object.entries(tensors).sort(([, a], [, b]) => DTYPES[b.dtype].bytes - DTYPES[a.dtype].bytes);
  for (const [name, { dtype, dims, data }] of entries) {
    header[name] = { dtype: letterOf(dtype), shape: dims, data_offsets: [end, (end += data.byteLength)] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const head = new Uint8Array(start).fill(32, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(start - 8), true);
  head.set(text, 8);
  return [head, ...entries.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
};

/** A tensor whose numbers nobody has read: its bytes lie between two places of the file. */
export interface ListedWeight {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** The tensors of a .safetensors file; where they lie aligned in it they are views. Throws TOOLKIT_SAFETENSORS where it is cut short, or lies. */
export const readSafetensors = (bytes: Uint8Array): Weights => {
  const { tensors, metadata } = listSafetensors(bytes, bytes.length);
  const views: Record<string, Weight> = Object.create(null) as Record<string, Weight>;
  for (const [name, { dtype, dims, from, to }] of Object.entries(tensors))
    views[name] = { dtype, dims, data: viewOf(bytes, from, to - from, dtype) };
  return { tensors: views, metadata };
};

/** What a .safetensors file of `size` bytes holds, of which only the beginning must be there, up to `headerEnd`. Throws TOOLKIT_SAFETENSORS. */
export const listSafetensors = (
  bytes: Uint8Array,
  size: number,
): { readonly tensors: Readonly<Record<string, ListedWeight>>; readonly metadata: Readonly<Record<string, string>> } => {
  const start = headerEnd(bytes, size);
  const room = size - start;
  const tensors: Record<string, ListedWeight> = Object.create(null) as Record<string, ListedWeight>;
  const metadata: Record<string, string> = {};
  let covered = 0;
  for (const [name, entry] of Object.entries(headerOf(bytes.subarray(8, start)))) {
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
    const taken = shape.reduce((product, dim) => product * dim, 1) * DTYPES[kind].bytes;
    if (from > to || to > room) throw errors.TOOLKIT_SAFETENSORS(`"${name}" lies at ${from} to ${to} of ${room} bytes`);
    if (taken !== to - from)
      throw errors.TOOLKIT_SAFETENSORS(`"${name}" of shape [${shape.join(', ')}] takes ${taken} bytes and was given ${to - from}`);
    tensors[name] = { dtype: kind, dims: shape, from: start + from, to: start + to };
    covered += taken;
  }
  if (covered > room) throw errors.TOOLKIT_SAFETENSORS('its tensors overlap');
  return { tensors, metadata };
};

/** Where the header of a .safetensors file of `size` bytes ends, as its first eight say. Throws TOOLKIT_SAFETENSORS. */
export const headerEnd = (bytes: Uint8Array, size: number): number => {
  if (bytes.length < 8) throw errors.TOOLKIT_SAFETENSORS(`it has ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(Math.min(MOST_HEADER, size - 8))) throw errors.TOOLKIT_SAFETENSORS(`its header claims ${length} bytes of ${size}`);
  return 8 + Number(length);
};

const headerOf = (text: Uint8Array): Record<string, unknown> => {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) return header as Record<string, unknown>;
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
