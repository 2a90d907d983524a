import { describe, expect, it } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';

const f = (...shape: t.Shape): t.Node => t.input('x', shape);
const i = (...shape: t.Shape): t.Node => t.input('i', shape, 'int32');

const FAULTS: readonly (readonly [string, () => t.Node, RegExp])[] = [
  ['add', () => t.add(f(2, 3), f(4)), /Add was given float32\[2, 3\] and float32\[4\].*do not broadcast/],
  ['add of two types', () => t.add(f(2), i(2)), /element types differ/],
  ['exp of integers', () => t.exp(i(2)), /floating point/],
  ['where', () => t.where(f(2), f(2), f(2)), /true or false/],
  ['matmul', () => t.matmul(f(5, 2, 3), f(5, 4, 6)), /MatMul.*inner lengths 3 and 4 differ/],
  ['gemm', () => t.gemm(f(2, 3), f(4, 5)), /Gemm.*inner lengths 3 and 4/],
  ['affine', () => t.affine(f(2, 3), f(3, 4), f(5)), /third must be \[4\]/],
  ['reshape', () => t.reshape(f(2, 3), [4, 2]), /Reshape.*cannot become \[4, 2\]/],
  ['transpose', () => t.transpose(f(2, 3), [0, 0]), /no order of its axes/],
  ['slice', () => t.slice(f(2, 3), 1, 2, 5), /2 to 5 is not within axis 1/],
  ['split', () => t.split(f(2, 3), 1, [1, 1])[0]!, /does not divide into 1 \+ 1/],
  ['concat', () => t.concat([f(2, 3), f(3, 3)], 1), /must agree but for axis 1/],
  ['pad', () => t.pad(f(2), [[-1, 0]]), /cannot be negative/],
  ['expand', () => t.expandTo(f(2, 3), [2, 4]), /does not broadcast to \[2, 4\]/],
  ['sum', () => t.sum(f(2, 3), { axes: [2] }), /no axis 2 among 2/],
  ['gather', () => t.gather(f(2, 3), f(2)), /indices must be int32/],
  ['cross-entropy', () => t.crossEntropy(f(2, 3), i(3)), /each row of logits needs one target/],
  ['conv', () => t.conv(f(1, 3, 8, 8), f(4, 2, 3, 3)), /the kernel wants 2 channels/],
  ['conv of a small picture', () => t.conv(f(1, 2, 2, 2), f(4, 2, 3, 3)), /larger than its input/],
  ['pool', () => t.maxPool(f(1, 2, 2), { size: 3 }), /a window of 3 does not fit/],
  ['top k', () => t.topK(f(2, 3), 4)[0], /there are no 4 along the last axis/],
  ['scatter', () => t.scatter(f(2, 3), i(2, 1), f(2, 2), 1), /each index needs its update/],
  ['named lengths that differ', () => t.add(f('batch', 3), f('time', 3)), /do not broadcast/],
];

describe('shapes', () => {
  for (const [name, build, message] of FAULTS) {
    it(`refuses ${name}, at the user's line`, () => {
      expect(build).toThrow(message);
      expect(build).toThrow(/\(at shapes\.test\.ts:\d+:\d+\)/);
      expect(build).toThrow(expect.objectContaining({ code: 'TOOLKIT_SHAPE' }));
    });
  }

  it('refuses a constant of too few numbers, and the derivative of a mean over a named length', () => {
    expect(() => t.constant([1, 2, 3], [2, 2])).toThrow(/shape \[2, 2\] was given 3 numbers \(at shapes\.test\.ts/);
    const x = f('batch', 3);
    expect(() => t.gradients(t.mean(x), [x])).toThrow(expect.objectContaining({ code: 'TOOLKIT_NAMED' }));
  });

  it('carries named lengths through', () => {
    const x = f('batch', 'time', 8);
    expect(t.matmul(x, f(8, 4)).shape).toEqual(['batch', 'time', 4]);
    expect(t.reshape(x, ['batch', 'time', 2, 4]).shape).toEqual(['batch', 'time', 2, 4]);
    expect(t.reshape(x, [-1, 8]).shape).toEqual(['batch*time', 8]);
    expect(t.concat([x, f('batch', 1, 8)], 1).shape).toEqual(['batch', 'time+1', 8]);
    expect(t.transpose(x, [1, 0, 2]).shape).toEqual(['time', 'batch', 8]);
    expect(t.sum(x, { axes: [1] }).shape).toEqual(['batch', 8]);
  });

  it('runs a graph of named lengths at any', async () => {
    const x = f('batch', 'time', 2);
    const flat = t.reshape(t.reshape(x, [-1, 2]), ['batch', 'time', 2]);
    const program = t.programOf({ y: t.reshape(t.add(flat, t.expandTo(t.constant(1), ['batch', 'time', 2])), ['batch', -1]) });
    await using engine = await t.Engine.start({ device: 'cpu', threads: 1 });
    const number = await engine.open(program);
    for (const [batch, time] of [
      [1, 3],
      [2, 2],
    ] as const) {
      const data = Float32Array.from({ length: batch * time * 2 }, (_, at) => at);
      const { y } = (await engine.run(number, t.feedsOf(program.inputs, { x: { dims: [batch, time, 2], data } }))).outputs;
      expect([y!.dims, [...(y!.data as Float32Array)]]).toEqual([[batch, time * 2], [...data].map((value) => value + 1)]);
    }
  });

  it('refuses a constant of the wrong size', () => {
    expect(() => t.constant([1, 2, 3], [2])).toThrow(/of shape \[2\] was given 3 numbers/);
  });

  it('refuses two things of one name', () => {
    expect(() => t.programOf({ y: t.add(t.input('x', [1]), t.input('x', [1])) })).toThrow(
      expect.objectContaining({ code: 'TOOLKIT_DUPLICATE' }),
    );
    expect(() => t.programOf({ x: t.exp(t.input('x', [1])) })).toThrow(expect.objectContaining({ code: 'TOOLKIT_DUPLICATE' }));
  });
});
