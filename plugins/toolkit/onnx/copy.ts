import { DTYPES, type DType } from '../graph/dtype.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';

/** The smallest model: y = x, of any shape. It brings a tensor from a device, and shows whether there is one. */
export const copyProgram = (dtype: DType): Uint8Array => {
  const port = (out: ProtobufWriter, name: string): ProtobufWriter =>
    out.string(1, name).message(2, (type) => type.message(1, (tensor) => tensor.integer(1, DTYPES[dtype].code)));
  return new ProtobufWriter()
    .integer(1, 8)
    .message(7, (graph) => {
      graph.message(1, (node) => node.string(1, 'x').string(2, 'y').string(4, 'Identity')).string(2, 'copy');
      graph.message(11, (out) => port(out, 'x')).message(12, (out) => port(out, 'y'));
    })
    .message(8, (opset) => opset.string(1, '').integer(2, 17))
    .finish();
};
