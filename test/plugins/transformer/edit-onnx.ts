/** A field of a protobuf message: its number, and a count or bytes. */
export type Field = readonly [number: number, value: number | Buffer];

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | (rest > 127 ? 128 : 0));
    if (rest < 128) return Buffer.from(bytes);
  }
};

/** Numbers of types, as ONNX has them. */
export const [FLOAT, INT32, INT64, BOOL, HALF] = [1, 6, 7, 9, 10];

/** The bytes of a message. */
const message = (fields: readonly Field[]): Buffer =>
  Buffer.concat(
    fields.flatMap(([number, value]) =>
      typeof value === 'number' ? [varint(number * 8), varint(value)] : [varint(number * 8 + 2), varint(value.length), value],
    ),
  );

/** The fields of a message that has none of fixed width. */
const fieldsOf = (bytes: Buffer): Field[] => {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = (): number => {
      for (let value = 0, scale = 1; ; scale *= 128) {
        const byte = bytes[at++]!;
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    };
    const key = next();
    if (key % 8 !== 0 && key % 8 !== 2) throw new Error('a field of fixed width');
    const value = next();
    if (key % 8 === 0) fields.push([Math.floor(key / 8), value]);
    else fields.push([Math.floor(key / 8), bytes.subarray(at, (at += value))]);
  }
  return fields;
};

/** A field's text. */
const text = (value: number | Buffer): string => Buffer.from(value as Buffer).toString();

/** A graph's input or output: its name, the number of its type, and its dims, a name for each that is not fixed. */
export const port = (name: string, type: number, dims: readonly (number | string)[]): Buffer => {
  const shape = message(dims.map((dim) => [1, message([typeof dim === 'number' ? [1, dim] : [2, Buffer.from(dim)]])]));
  const tensor = message([
    [1, type],
    [2, shape],
  ]);
  return message([
    [1, Buffer.from(name)],
    [2, message([[1, tensor]])],
  ]);
};

/** An operator. */
export const node = (operator: string, inputs: readonly string[], output: string, attributes: readonly Buffer[] = []): Buffer =>
  message([
    ...inputs.map((name): Field => [1, Buffer.from(name)]),
    [2, Buffer.from(output)],
    [4, Buffer.from(operator)],
    ...attributes.map((each): Field => [5, each]),
  ]);

/** A whole number as an attribute. */
export const int = (name: string, value: number): Buffer =>
  message([
    [1, Buffer.from(name)],
    [3, value],
    [20, 2],
  ]);

/** Whole numbers as an initialiser. */
export const ints = (name: string, values: readonly number[], dims: readonly number[] = [values.length]): Buffer =>
  message([
    ...dims.map((dim): Field => [1, dim]),
    [2, INT64],
    [8, Buffer.from(name)],
    [9, Buffer.from(BigInt64Array.from(values, BigInt).buffer)],
  ]);

/** A model with its graph's fields changed: 1 nodes, 11 inputs, 12 outputs. */
export const edited = (model: Buffer, change: (graph: Field[]) => readonly Field[]): Buffer =>
  message(fieldsOf(model).map(([number, value]) => (number === 7 ? [7, message(change(fieldsOf(value as Buffer)))] : [number, value])));

/** A graph's fields with everything that has a name under another. */
export const renamed = (graph: readonly Field[], name: (before: string) => string): Field[] =>
  graph.map(([number, value]) => {
    const of = number === 1 ? [1, 2] : number === 11 || number === 12 ? [1] : [];
    if (of.length === 0) return [number, value];
    const fields = fieldsOf(value as Buffer);
    return [number, message(fields.map(([each, inner]) => (of.includes(each) ? [each, Buffer.from(name(text(inner)))] : [each, inner])))];
  });
