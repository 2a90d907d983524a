import * as web from 'onnxruntime-web/wasm';
import { describe, expect, it } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';

/** A little of everything that a served model holds. */
const models = (): Record<string, Record<string, t.Node>> => {
  const tokens = t.input('tokens', [1, 6], 'int32');
  const table = t.embedding('token', 11, 16);
  const h = t.add(table(tokens), t.learnedPositions('position', 6, 16)(6));
  const look = t.attention('look', 16, { heads: 4, kvHeads: 2, turn: (x) => t.rotary(x) });
  const block = t.add(h, look(t.rmsNormLayer('norm1', 16)(h), t.causalMask(6)));
  const gpt = { logits: table.logits(t.add(block, t.gatedFeedForward('mlp', 16, 24)(t.layerNormLayer('norm2', 16)(block)))) };
  const picture = t.input('picture', [2, 1, 8, 8]);
  const small = t.maxPool(t.leakyRelu(t.batchNormLayer('bn', 4)(t.convLayer('conv', 1, 4, { size: [3, 3], padding: 1 })(picture))), {
    size: 2,
  });
  const large = t.sigmoid(
    t.convTransposedLayer('up', 4, 1, { size: [4, 4], stride: 2, padding: 1 })(t.groupNormLayer('gn', 4, 2)(t.gelu(small))),
  );
  return { gpt, picture: { large, pooled: t.averagePool(t.upsampleLinear(large, 2), { size: 4 }) } };
};

describe('written files give the same in onnxruntime-web', () => {
  for (const [name, outputs] of Object.entries(models())) {
    it(name, async () => {
      await using engine = await t.Engine.start({ device: 'cpu', threads: 1 }, 7);
      const program = t.programOf(outputs);
      const number = await engine.open(program);
      const feeds = t.feedsOf(
        program.inputs,
        name === 'gpt'
          ? { tokens: Int32Array.of(3, 1, 4, 1, 5, 9) }
          : { picture: Float32Array.from({ length: 128 }, (_, at) => Math.sin(at)) },
      );
      const here = (await engine.run(number, feeds)).outputs;
      web.env.wasm.numThreads = 1;
      const session = await web.InferenceSession.create(t.writeOnnx(outputs, new Map(Object.entries(await engine.read()))));
      const there = await session.run(
        Object.fromEntries(
          Object.entries(feeds).map(([key, { dtype, dims, data }]) => [
            key,
            new web.Tensor(dtype as 'float32', data as Float32Array, [...dims]),
          ]),
        ),
      );
      for (const [key, { data }] of Object.entries(here)) {
        const other = there[key]!.data as Float32Array;
        (data as Float32Array).forEach((value, at) => {
          expect(Math.abs(value - other[at]!), `${key} at ${at}`).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
        });
      }
      await session.release();
    });
  }
});
