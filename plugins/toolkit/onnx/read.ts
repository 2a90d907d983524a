import { errors } from '../errors.ts';
import { DTYPES, type DType, dtypeOf, type Values } from '../graph/dtype.ts';
import type { Dim } from '../graph/shape.ts';
import { type Field, Message } from '../protobuf/reader.ts';
import { joined } from '../protobuf/writer.ts';

/** What stands for a length that a file does not tell. */
export const UNTOLD = '?';

/** What goes into a model or comes out. */
export interface ReadPort {
  readonly name: string;
  readonly dtype: DType | undefined;
  readonly shape: readonly Dim[];
}

/** Where the bytes of an initialiser stand outside of the model's file. */
export interface External {
  readonly location: string;
  readonly offset: number;
  readonly length: number | undefined;
}

/** Numbers that a model brings along; they are looked at when asked for. */
export interface Initialiser {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array | undefined;
  readonly external: External | undefined;
}

/** What is told of an .onnx file, ours or anyone's. */
export interface ReadModel {
  readonly producer: string;
  readonly about: string;
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly ReadPort[];
  readonly outputs: readonly ReadPort[];
  readonly operators: readonly string[];
  readonly initialisers: ReadonlyMap<string, Initialiser>;
}

/** Reads an .onnx file without running it. Throws TOOLKIT_ONNX where it is cut short, or lies. */
export const readModel = (bytes: Uint8Array): ReadModel => {
  const model = group(new Message(bytes, errors.TOOLKIT_ONNX));
  const graphs = model(7);
  if (graphs.length !== 1) throw errors.TOOLKIT_ONNX(`it holds ${graphs.length} graphs where there should be one`);
  const graph = group(graphs[0]!.message());
  const initialisers = new Map(graph(5).map((field) => readTensor(group(field.message()))));
  const ports = (number: number): ReadPort[] => graph(number).map((field) => readPort(group(field.message())));
  const opsets = model(8).map((field) => group(field.message()));
  return {
    producer: text(model, 2),
    about: text(model, 6),
    opsets: Object.fromEntries(opsets.map((opset) => [text(opset, 1), integer(opset, 2)])),
    metadata: Object.fromEntries(model(14).map((field) => pair(group(field.message())))),
    inputs: ports(11).filter(({ name }) => !initialisers.has(name)),
    outputs: ports(12),
    operators: graph(1).map((field) => text(group(field.message()), 4)),
    initialisers,
  };
};

/** The numbers of an initialiser, from the bytes that the model or its companion file holds. Throws TOOLKIT_ONNX where they do not fit its shape. */
export const valuesOf = (name: string, { dtype, dims, bytes }: Initialiser, outside?: Uint8Array): Values => {
  const found = outside ?? bytes;
  const { bytes: width, array } = DTYPES[dtype];
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (!found || found.length !== size * width)
    throw errors.TOOLKIT_ONNX(`"${name}" of shape [${dims.join(', ')}] has ${found?.length ?? 0} bytes where ${size * width} belong`);
  return new array(new Uint8Array(found).buffer, 0, size);
};

type Group = (number: number) => readonly Field[];

/** The fields of a message by their number. */
const group = (message: Message): Group => {
  const fields = new Map<number, Field[]>();
  for (const field of message) {
    const same = fields.get(field.number);
    if (same) same.push(field);
    else fields.set(field.number, [field]);
  }
  return (number) => fields.get(number) ?? [];
};

const text = (message: Group, number: number): string =>
  message(number)
    .map((field) => new TextDecoder().decode(field.bytes()))
    .at(-1) ?? '';
const integer = (message: Group, number: number): number =>
  Number(
    message(number)
      .flatMap((field) => field.integers())
      .at(-1) ?? 0n,
  );

const pair = (entry: Group): [string, string] => [text(entry, 1), text(entry, 2)];

const NOTHING: Group = () => [];

const readPort = (port: Group): ReadPort => {
  const inside = (message: Group, number: number): Group =>
    message(number)
      .map((field) => group(field.message()))
      .at(-1) ?? NOTHING;
  const tensor = inside(inside(port, 2), 1);
  const shape = inside(
    tensor,
    2,
  )(1).map((field): Dim => {
    const dim = group(field.message());
    return dim(1).length > 0 ? integer(dim, 1) : text(dim, 2) || UNTOLD;
  });
  return { name: text(port, 1), dtype: dtypeOf(integer(tensor, 1)), shape };
};

/** The fields in which numbers may stand instead of raw bytes: floats, int32s, int64s, doubles. */
const TYPED: Partial<Record<DType, number>> = { float32: 4, int32: 5, int64: 7, float64: 10, uint8: 5, int8: 5, bool: 5, float16: 5 };

const readTensor = (tensor: Group): [string, Initialiser] => {
  const name = text(tensor, 8);
  const dtype = dtypeOf(integer(tensor, 2));
  const dims = tensor(1)
    .flatMap((field) => field.integers())
    .map(Number);
  if (dims.some((dim) => dim < 0 || !Number.isSafeInteger(dim)) || dims.length > 64)
    throw errors.TOOLKIT_ONNX(`"${name}" is of shape [${dims.join(', ')}]`);
  if (!dtype) return [name, { dtype: 'uint8', dims, bytes: undefined, external: undefined }];
  const told = Object.fromEntries(tensor(13).map((field) => pair(group(field.message()))));
  const external =
    integer(tensor, 14) === 1
      ? {
          location: told.location ?? '',
          offset: Number(told.offset ?? 0),
          length: told.length === undefined ? undefined : Number(told.length),
        }
      : undefined;
  const raw = tensor(9)
    .map((field) => field.bytes())
    .at(-1);
  return [name, { dtype, dims, bytes: raw ?? (external ? undefined : typed(dtype, tensor(TYPED[dtype] ?? 0))), external }];
};

const typed = (dtype: DType, fields: readonly Field[]): Uint8Array => {
  if (dtype === 'float32' || dtype === 'float64') return joined(fields.map((field) => field.floats()));
  const integers = fields.flatMap((field) => field.integers());
  const values = dtype === 'int64' ? BigInt64Array.from(integers) : new DTYPES[dtype].array(integers.map(Number));
  return new Uint8Array(values.buffer);
};
