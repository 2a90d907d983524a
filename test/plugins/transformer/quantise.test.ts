import { describe, expect, it } from 'vitest';
import { createRandom, normal } from '../../../core/index.ts';
import { Engine, feedsOf, input, programOf } from '../../../plugins/toolkit/index.ts';
import { parametersOf } from '../../../plugins/transformer/architecture/parameters.ts';
import { product } from '../../../plugins/transformer/architecture/products.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import { quantised } from '../../../plugins/transformer/session/quantise.ts';

const random = createRandom(2);
const draw = (size: number): Float32Array => Float32Array.from({ length: size }, () => normal(random));

describe('a product of quantised weights', () => {
  for (const [precision, most] of [
    ['int8', 0.02],
    ['int4', 0.12],
  ] as const) {
    for (const inputs of [64, 40]) {
      it(`${precision}, ${inputs} inputs: is near the exact one, its bias exact`, async () => {
        const [rows, outputs] = [3, 48];
        const [x, weight, bias] = [draw(rows * inputs), draw(inputs * outputs), draw(outputs)];
        const weights = new Map([
          ...quantised('fc.weight', { dims: [inputs, outputs], data: weight }, precision),
          ['fc.bias', { dims: [outputs], data: bias }] as const,
        ]);
        const y = product(input('x', ['rows', inputs]), { name: 'fc', inputs, outputs, bias: true, precision });
        await using engine = await Engine.start({ device: 'cpu', threads: 1 });
        const program = programOf({ y }, [], { weights });
        const number = await engine.open(program);
        const run = async (data: Float32Array) =>
          (await engine.run(number, feedsOf(program.inputs, { x: { dims: [rows, inputs], data } }))).outputs.y!.data as Float32Array;
        const made = await run(x);
        const exact = Float64Array.from(made, (_, at) => {
          const [row, column] = [Math.floor(at / outputs), at % outputs];
          let sum = bias[column]!;
          for (let i = 0; i < inputs; i++) sum += x[row * inputs + i]! * weight[i * outputs + column]!;
          return sum;
        });
        const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, each) => sum + each * each, 0));
        expect(norm(exact.map((each, at) => each - made[at]!)) / norm(exact)).toBeLessThan(most);
        const zeros = await run(new Float32Array(rows * inputs));
        for (const [at, each] of zeros.entries()) expect(each).toBeCloseTo(bias[at % outputs]!, 5);
      });
    }
  }

  it('holds what four bits can hold exactly', () => {
    const data = Float32Array.from({ length: 32 }, (_, i) => 0.5 * ((i % 16) - 8));
    const [[, weight], [, scale]] = quantised('w.weight', { dims: [32, 1], data }, 'int4') as unknown as [
      [string, { data: Uint8Array }],
      [string, { data: Float32Array }],
    ];
    expect([...scale.data]).toEqual([0.5]);
    expect([...weight.data].flatMap((byte) => [byte & 15, byte >> 4])).toEqual(Array.from({ length: 32 }, (_, i) => i % 16));
  });
});

describe('a mixture of experts of quantised weights', () => {
  const layer = { layers: 1, heads: 2, width: 64, feed_forward: 96, context: 32, experts: { count: 4, active: 2 } } as const;
  const rows = [[3], [1, 4, 1, 5, 9, 2, 6]]; // of one row of one token, two experts take nothing
  const logits = async (precision: 'float32' | 'int8' | 'int4'): Promise<Float32Array[]> => {
    await using model = new TransformerModel({ ...layer, precision }, { vocabulary: 16 });
    const luck = createRandom(9);
    const data = (size: number) => Float32Array.from({ length: size }, () => 0.2 * normal(luck));
    const weights = [...parametersOf(model.architecture)].map(
      ([name, { shape }]) => [name, { dims: shape, data: data(shape.reduce((size, dim) => size * dim, 1)) }] as const,
    );
    await model.learn(new Map(weights));
    const read = async (row: readonly number[], at: number) =>
      (await model.session.read(
        [{ fresh: Int32Array.from(row), memory: 0, next: at + 1, positions: 1 }],
        new AbortController().signal,
      )) as Float32Array;
    return [await read(rows[0]!, 0), await read(rows[1]!, 1)];
  };

  for (const [precision, most] of [
    ['int8', 0.03],
    ['int4', 0.4], // another expert's answer would be 1.4 away
  ] as const) {
    it(`${precision}: reads as one in single precision, nearly`, async () => {
      const [exact, near] = [await logits('float32'), await logits(precision)];
      const length = (row: Float32Array): number => Math.hypot(...row);
      exact.forEach((row, at) => {
        expect(length(row.map((each, id) => each - near[at]![id]!)) / length(row)).toBeLessThan(most);
      });
    });
  }
});
