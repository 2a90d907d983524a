import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, normal } from '../../core/index.ts';
import { describeBackend } from '../../core/laws/index.ts';
import { parametersOf } from '../../plugins/transformer/architecture/parameters.ts';
import { TransformerAttention } from '../../plugins/transformer/attend.ts';
import { TransformerDecoder } from '../../plugins/transformer/decode.ts';
import { TransformerEncoder } from '../../plugins/transformer/encode.ts';
import { TransformerModel } from '../../plugins/transformer/model.ts';
import { InferenceEngine } from '../../plugins/transformer/session/engine.ts';
import { ForeignEngine } from '../../plugins/transformer/session/foreign-engine.ts';

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
const capabilities = {
  hidden: 'transformer',
  predictions: [{ kind: 'categorical', extent: 'next' }],
  likelihood: ['exact'],
  agreement: 'tolerance',
} as const;
const lawsOf = async (model: TransformerModel) => {
  const stages = {
    encoder: new TransformerEncoder(model),
    attention: new TransformerAttention(model),
    decoder: new TransformerDecoder(model),
  };
  const { verdicts } = await describeBackend({ stages, capabilities, vocabulary: 12 }, { runs: 3, seconds: 3 });
  const of = (outcome: string): string[] => verdicts.flatMap((each) => (each.outcome === outcome ? [each.law] : []));
  return { holds: of('holds'), silent: of('silent') };
};

/** How many caches are on the device as memories come and go. */
const resident = async (engine: InferenceEngine | ForeignEngine): Promise<number[]> => {
  const counts: number[] = [];
  const read = async (memory: number, next: number): Promise<void> => {
    await engine.read([{ fresh: Int32Array.of(1, 2), memory, next, positions: 1 }], async () => undefined);
    counts.push(engine.resident);
  };
  await read(0, 1);
  await read(1, 2); // of ours, the same slab goes on
  await read(1, 3); // and one behind it is copied
  for (const memory of [1, 2, 3]) engine.release(memory);
  counts.push(engine.resident);
  await engine.close();
  return counts;
};

const folder = await mkdtemp(join(tmpdir(), 'transformer-laws-'));
await model.save(folder);
await using foreign = new TransformerModel({ model: folder, onnx: 'model', device: 'webgpu' }, { vocabulary: 12 });
const onnx = join(folder, 'onnx', 'model.onnx');
const own = { architecture: model.architecture, precisions: { layers: 'float32', head: 'float32' }, weights: new Map(weights) } as const;
const told = {
  own: { ...(await lawsOf(model)), resident: await resident(await InferenceEngine.open({ ...own, device: 'webgpu' })) },
  foreign: { ...(await lawsOf(foreign)), resident: await resident(await ForeignEngine.open({ onnx, vocabulary: 12, device: 'webgpu' })) },
};
await rm(folder, { recursive: true });
console.log(JSON.stringify(told));
