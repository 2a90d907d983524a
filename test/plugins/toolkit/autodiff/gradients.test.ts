import { describe, expect, it } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';

const x = t.input('x', [2, 3]);

describe('gradients', () => {
  it('asks for a scalar', () => {
    expect(() => t.gradients(t.square(x), [x])).toThrow(/the loss is float32\[2, 3\] \(at gradients\.test\.ts:\d+:\d+\)/);
  });

  it('refuses integers, in what is asked and on the way', () => {
    const ids = t.input('ids', [3], 'int32');
    expect(() => t.gradients(t.sum(t.cast(ids, 'float32')), [ids])).toThrow('"ids" is of type int32');
    const through = t.sum(t.cast(t.greater(x, 0), 'float32'));
    expect(() => t.gradients(through, [x])).toThrow(/depends on "x" through numbers of type bool/);
    expect(() => t.gradients(t.sum(t.cast(t.cast(x, 'int32'), 'float32')), [x])).toThrow('through numbers of type int32');
  });

  it('names all that the loss does not depend on', () => {
    const [a, b] = [t.parameter('a', [1], { fill: 0 }), t.parameter('b', [1], { fill: 0 })];
    expect(() => t.gradients(t.sum(x), [x, a, b])).toThrow('does not depend on "a", "b"');
    expect(() => t.gradients(t.sum(t.stopGradient(x)), [x])).toThrow('does not depend on "x"');
    expect(t.gradients(t.sum(x), [x, a], { unreached: 'zeros' })[1]!.shape).toEqual([1]);
  });

  it('names the operation that has no derivative, and between what it stands', () => {
    const odd = t.defineUnary('Tan');
    expect(() => t.gradients(t.sum(odd(t.exp(x))), [x])).toThrow('no derivative is defined for Tan; it stands between "x" and the loss');
  });

  it('gives a straight-through estimate the value of one and the derivative of the other', async () => {
    await using engine = await t.Engine.start({ device: 'cpu', threads: 1 });
    const y = t.straightThrough(t.round(x), t.multiply(x, 3));
    const program = t.programOf({ y, slope: t.gradients(t.sum(y), [x])[0]! });
    const { outputs } = await engine.run(
      await engine.open(program),
      t.feedsOf(program.inputs, { x: Float32Array.of(0.4, 0.6, -1.2, 2, 3, 4) }),
    );
    expect([...(outputs.y!.data as Float32Array)].map((value) => Math.round(value * 1e4) / 1e4 + 0)).toEqual([0, 1, -1, 2, 3, 4]);
    expect([...(outputs.slope!.data as Float32Array)]).toEqual([3, 3, 3, 3, 3, 3]);
  });
});
