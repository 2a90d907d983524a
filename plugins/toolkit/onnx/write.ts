import { DTYPES, type DType, type Value, type Values } from '../graph/dtype.ts';
import type { Attribute } from '../graph/emitter.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { mustFit } from '../weights/fit.ts';
import type { OnnxGraph, OnnxNode, Port } from './emit.ts';

/** The newest dialect that the tools of the time all read. */
const OPSET = 17;
const IR_VERSION = 8;

/** What a written model says of itself. */
export interface ModelInfo {
  readonly name?: string;
  readonly about?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Where a tensor's bytes stand beside the model, or that they stand inside. */
export type Placing = (name: string, bytes: Uint8Array) => { readonly location: string; readonly offset: number } | undefined;

/** The bytes of an array. */
const bytesOf = (values: Values): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A graph as the bytes of an .onnx file; variables that `weights` holds are initialisers, the others are inputs. Throws TOOLKIT_STATE where one does not fit. */
export const writeModel = (
  graph: OnnxGraph,
  weights: ReadonlyMap<string, Value>,
  card: ModelInfo = {},
  place: Placing = () => undefined,
): Uint8Array => {
  mustFit(
    graph.variables.filter(({ name }) => weights.has(name)),
    weights,
  );
  const model = new ProtobufWriter();
  model.integer(1, IR_VERSION).string(2, 'stagewright');
  if (card.about) model.string(6, card.about);
  model.message(7, (out) => {
    for (const node of graph.nodes) out.message(1, (inner) => writeNode(inner, node));
    out.string(2, card.name ?? 'graph');
    for (const { name, dtype, value } of graph.constants) out.message(5, (inner) => writeTensor(inner, name, dtype, value));
    for (const { name, dtype } of graph.variables) {
      const value = weights.get(name);
      if (value) out.message(5, (inner) => writeTensor(inner, name, dtype, value, place));
    }
    if (card.about) out.string(10, card.about);
    const fed = graph.variables.filter(({ name }) => !weights.has(name));
    for (const port of [...graph.inputs, ...fed]) out.message(11, (inner) => writePort(inner, port));
    for (const port of graph.outputs) out.message(12, (inner) => writePort(inner, port));
  });
  const domains = new Set(['', ...graph.nodes.map((node) => node.domain)]);
  for (const domain of domains) model.message(8, (out) => out.string(1, domain).integer(2, domain === '' ? OPSET : 1));
  for (const [key, value] of Object.entries(card.metadata ?? {})) model.message(14, (out) => out.string(1, key).string(2, value));
  return model.finish();
};

const writeNode = (out: ProtobufWriter, { operator, domain, name, inputs, outputs, attributes }: OnnxNode): void => {
  for (const input of inputs) out.string(1, input);
  for (const output of outputs) out.string(2, output);
  out.string(3, name).string(4, operator);
  for (const [key, value] of Object.entries(attributes)) out.message(5, (inner) => writeAttribute(inner, key, value));
  if (domain !== '') out.string(7, domain);
};

const writeAttribute = (out: ProtobufWriter, name: string, value: Attribute): void => {
  out.string(1, name);
  if (typeof value === 'number') out.integer(3, value).integer(20, 2);
  else if (typeof value === 'string') out.string(4, value).integer(20, 3);
  else if ('float' in value) out.float(2, value.float).integer(20, 1);
  else {
    for (const each of value) out.integer(8, each);
    out.integer(20, 7);
  }
};

const writeTensor = (out: ProtobufWriter, name: string, dtype: DType, { dims, data }: Value, place: Placing = () => undefined): void => {
  const bytes = bytesOf(data);
  const outside = place(name, bytes);
  for (const dim of dims) out.integer(1, dim);
  out.integer(2, DTYPES[dtype].code).string(8, name);
  if (!outside) {
    out.bytes(9, bytes);
    return;
  }
  const { location, offset } = outside;
  for (const [key, value] of Object.entries({ location, offset, length: bytes.length })) {
    out.message(13, (entry) => entry.string(1, key).string(2, String(value)));
  }
  out.integer(14, 1);
};

const writePort = (out: ProtobufWriter, { name, dtype, shape }: Port): void => {
  out.string(1, name).message(2, (type) =>
    type.message(1, (tensor) =>
      tensor.integer(1, DTYPES[dtype].code).message(2, (dims) => {
        for (const dim of shape) dims.message(1, (each) => (typeof dim === 'number' ? each.integer(1, dim) : each.string(2, dim)));
      }),
    ),
  );
};
