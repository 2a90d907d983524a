import { createRandom, normal } from '../../core/index.ts';
import { describeBackend } from '../../core/laws/index.ts';
import { parametersOf } from '../../plugins/transformer/architecture/parameters.ts';
import { TransformerAttention } from '../../plugins/transformer/attend.ts';
import { TransformerDecoder } from '../../plugins/transformer/decode.ts';
import { TransformerEncoder } from '../../plugins/transformer/encode.ts';
import { TransformerModel } from '../../plugins/transformer/model.ts';
import { ReadingEngine } from '../../plugins/transformer/session/engine.ts';

/** Holds a small model on a GPU to the laws of a backend, in a process of its own, since a driver may end it. */
const preset = process.argv[2] as 'gpt2' | 'llama';
const settings = { preset, layers: 2, heads: 2, width: 16, context: 24, device: 'webgpu' } as const;
await using model = new TransformerModel(settings, { vocabulary: 12 });
const random = createRandom(5);
const weights = [...parametersOf(model.architecture)].map(([name, { shape }]) => {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return [name, { dims: shape, data: Float32Array.from({ length: size }, () => 0.3 * normal(random)) }] as const;
});
await model.learn(new Map(weights));
const stages = {
  encoder: new TransformerEncoder(model),
  attention: new TransformerAttention(model),
  decoder: new TransformerDecoder(model),
};
const declares = { hidden: 'transformer', predictions: ['categorical next'], likelihood: ['exact'], agreement: 'tolerance' } as const;
const { verdicts } = await describeBackend({ stages, declares, vocabulary: 12 }, { runs: 3, seconds: 3 });
const lawsOf = (outcome: string): string[] => verdicts.flatMap((each) => (each.outcome === outcome ? [each.law] : []));

const engine = await ReadingEngine.open({
  architecture: model.architecture,
  precisions: { layers: 'float32', head: 'float32' },
  weights: new Map(weights),
  device: 'webgpu',
});
const resident: number[] = [];
const read = async (memory: number, next: number): Promise<void> => {
  await engine.read([{ fresh: Int32Array.of(1, 2), memory, next, positions: 1 }], async () => undefined);
  resident.push(engine.resident);
};
await read(0, 1);
await read(1, 2); // the same slab goes on
await read(1, 3); // and one behind it is copied
for (const memory of [1, 2, 3]) engine.release(memory);
resident.push(engine.resident);
await engine.close();
console.log(JSON.stringify({ holds: lawsOf('holds'), silent: lawsOf('silent'), resident }));
