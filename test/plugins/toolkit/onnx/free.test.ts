import { expect, it } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';
import { free } from '../../../../plugins/toolkit/onnx/free.ts';

const w = t.parameter('w', [2], { fill: 0 });
const counting = t.programOf({ total: t.sum(t.add(w, t.input('x', [2]))) }, [{ variable: w, next: t.add(w, 1) }]);

it('memory is given back at once', () => {
  const buffers = [new ArrayBuffer(8), new ArrayBuffer(16)];
  free(buffers);
  expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
});

it('what was read stays with its reader, and what was written with its writer', async () => {
  await using engine = await t.Engine.start({ device: 'cpu', threads: 1 });
  const number = await engine.open(counting);
  const feeds = t.feedsOf(counting.inputs, { x: new Float32Array(2) });
  const written = Float32Array.of(5, 6);
  engine.write({ w: { dtype: 'float32', dims: [2], data: written } });
  await engine.run(number, feeds);
  const { w: read } = await engine.read();
  await engine.run(number, feeds);
  await engine.run(number, feeds);
  expect([...read!.data]).toEqual([6, 7]);
  expect([...written]).toEqual([5, 6]);
  expect([...(await engine.read()).w!.data]).toEqual([8, 9]);
});

it('what was fed to a thread stays with whoever fed it', async () => {
  await using host = await t.Host.start({ device: 'cpu', threads: 1 });
  const number = await host.open(counting);
  const whole = Float32Array.of(1, 2, 3);
  const feeds = t.feedsOf(counting.inputs, { x: whole.subarray(1) });
  expect([...(await host.run(number, feeds)).outputs.total!.data]).toEqual([5]);
  expect([...(await host.run(number, feeds)).outputs.total!.data]).toEqual([7]);
  expect([...whole]).toEqual([1, 2, 3]);
});
