import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine, feedsOf, input, programOf } from '../../../plugins/toolkit/index.ts';
import { FUSED_ACTIVATIONS } from '../../../plugins/transformer/architecture/fused.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import { ForeignEngine } from '../../../plugins/transformer/session/foreign-engine.ts';
import { randomWeights } from '../../bench/transformer-models.ts';

describe("the runtime's own activations", () => {
  /** At 1 and −2: xΦ(x) of the normal distribution's tables, its form with tanh, and x/(1 + e⁻ˣ). */
  const values = {
    gelu: [0.8413447, -0.0455003],
    gelu_tanh: [0.841192, -0.0454023],
    relu: [1, 0],
    silu: [0.7310586, -0.2384058],
  } as const;
  for (const name of ['gelu', 'gelu_tanh', 'relu', 'silu'] as const) {
    it(`are what their names say: ${name}`, async () => {
      await using engine = await Engine.start({ device: 'cpu', threads: 1 });
      const program = programOf({ y: FUSED_ACTIVATIONS[name](input('x', [2])) });
      const { outputs } = await engine.run(await engine.open(program), feedsOf(program.inputs, { x: Float32Array.of(1, -2) }));
      for (const [at, value] of values[name].entries()) expect(Number(outputs.y!.data[at])).toBeCloseTo(value, 5);
    });
  }
});

describe('an exported graph', () => {
  it('whose memory is taken back reads on as if it had never read further', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'transformer-foreign-'));
    try {
      await using model = new TransformerModel({ preset: 'gpt2', layers: 2, heads: 2, width: 16, context: 24 }, { vocabulary: 12 });
      await model.learn(randomWeights(model));
      await model.save(folder);
      const engine = await ForeignEngine.open({ onnx: join(folder, 'onnx', 'model.onnx'), vocabulary: 12, device: 'cpu' });
      const read = (memory: number, next: number, ...fresh: number[]): Promise<Float32Array | Float64Array> =>
        engine.read([{ fresh: Int32Array.from(fresh), memory, next, positions: 1 }], async () => undefined);
      await read(0, 1, 3, 5, 7, 2, 9);
      await engine.rewind(1, 2, 2);
      const [taken, plain] = [await read(2, 3, 4), await read(0, 4, 3, 5, 7, 4)];
      for (const [at, value] of plain.entries()) expect(taken[at]).toBeCloseTo(value, 5);
      expect([...taken]).not.toEqual([...(await read(1, 5, 4))]); // the memory that it was taken from still has all five
      await engine.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
