import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine, feedsOf, programOf } from '../../../plugins/toolkit/index.ts';
import { trainingFeeds, trainingGraph } from '../../../plugins/transformer/architecture/training-graph.ts';
import { familyOf } from '../../../plugins/transformer/loading/families.ts';
import { loadWeights } from '../../../plugins/transformer/loading/load.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import { InferenceEngine } from '../../../plugins/transformer/session/engine.ts';
import { ForeignEngine } from '../../../plugins/transformer/session/foreign-engine.ts';
import type { Part } from '../../../plugins/transformer/session/protocol.ts';
import { waves, writeFolder } from './folder.ts';

interface Case {
  readonly config: {
    readonly model_type: string;
    readonly vocab_size: number;
    readonly rope_scaling?: object;
    readonly partial_rotary_factor?: number;
  };
  readonly tensors: Readonly<Record<string, number[]>>;
  readonly rows: number[][];
  readonly logits: number[][];
}

const cases = JSON.parse(await readFile(join(import.meta.dirname, 'reference.json'), 'utf8')) as Case[];
const pause = (): Promise<void> => Promise.resolve();

/** The largest difference, as a share of the larger where it is above 1. */
const apart = (found: ArrayLike<number>, wanted: readonly number[]): number => {
  expect(found.length).toBe(wanted.length);
  return Math.max(...wanted.map((x, i) => Math.abs(x - found[i]!) / Math.max(1, Math.abs(x))));
};

const nats = (row: readonly number[], id: number): number => {
  const most = Math.max(...row);
  return most + Math.log(row.reduce((sum, x) => sum + Math.exp(x - most), 0)) - row[id]!;
};

/** What a row costs on average by the graph that learns. */
const learned = async (folder: string, row: readonly number[]): Promise<number> => {
  const { architecture } = familyOf(folder);
  const lesson = { batch: 1, length: row.length - 1, smoothing: 0, balance: 0 };
  const program = programOf({ loss: trainingGraph(architecture, lesson).loss });
  await using engine = await Engine.start({ device: 'cpu', threads: 1 });
  const number = await engine.open(program);
  const weights = await loadWeights({ folder }, architecture);
  engine.write(Object.fromEntries([...weights].map(([name, value]) => [name, { ...value, dtype: 'float32' as const }])));
  const feeds = {
    ids: Int32Array.from(row.slice(0, -1)),
    targets: Int32Array.from(row.slice(1)),
    places: Int32Array.from(row.slice(1), (_, at) => at),
    pieces: new Int32Array(row.length - 1),
    weights: new Float32Array(row.length - 1).fill(1),
  };
  const { outputs } = await engine.run(number, feedsOf(program.inputs, { ...trainingFeeds(architecture, feeds) }));
  return Number(outputs.loss!.data[0]);
};

describe('models in the shapes of others predict what PyTorch predicts', () => {
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'transformer-reference-'));
  });
  afterAll(() => rm(home, { recursive: true }));

  for (const [number, { config, tensors, rows, logits }] of cases.entries()) {
    it(
      [number, config.model_type, JSON.stringify(config.rope_scaling), config.partial_rotary_factor].filter(Boolean).join(' '),
      async () => {
        const made = Object.fromEntries(Object.entries(tensors).map(([name, dims], seed) => [name, waves(name, dims, seed)]));
        const folder = await writeFolder(join(home, `${number}`), config, made, { shards: (number % 3) + 1 });
        const { architecture } = familyOf(folder);
        const precisions = { layers: 'float32', head: 'float32' } as const;
        const engine = await InferenceEngine.open({ architecture, precisions, weights: { folder }, device: 'cpu' });
        let count = 0;
        const session = { number: () => ++count, read: (parts: readonly Part[]) => engine.read(parts, pause) };
        const part = (row: readonly number[], memory: number, positions: number, next = session.number()) => ({
          fresh: Int32Array.from(row),
          memory,
          next,
          positions,
        });
        const vocabulary = config.vocab_size;

        for (const [at, row] of rows.entries()) {
          expect(apart(await session.read([part(row, 0, row.length)]), logits[at]!), 'alone, uncached').toBeLessThan(1e-4);
          let memory = 0;
          for (const [i, id] of row.entries()) {
            const next = session.number();
            const one = await session.read([part([id], memory, 1, next)]);
            expect(apart(one, logits[at]!.slice(i * vocabulary, (i + 1) * vocabulary)), 'alone, cached').toBeLessThan(1e-4);
            memory = next;
          }
        }

        const beginnings = rows.map((row) => part(row.slice(0, -1), 0, 0));
        await session.read(beginnings);
        const last = await session.read(rows.map((row, at) => part(row.slice(-1), beginnings[at]!.next, 1)));
        const wanted = logits.flatMap((each) => each.slice(-vocabulary));
        expect(apart(last, wanted), 'batched, ragged, cached').toBeLessThan(1e-4);
        expect(apart(await session.read(rows.map((row) => part(row, 0, 1))), wanted), 'batched, ragged, uncached').toBeLessThan(1e-4);
        await engine.close();

        const longest = rows.reduce((one, other) => (other.length > one.length ? other : one));
        const wantedThere = logits[rows.indexOf(longest)]!;
        const prices = longest.slice(1).map((id, at) => nats(wantedThere.slice(at * vocabulary, (at + 1) * vocabulary), id));
        const mean = prices.reduce((sum, each) => sum + each, 0) / prices.length;
        expect(await learned(folder, longest)).toBeCloseTo(mean, 3);

        const copy = join(home, `${number}-exported`);
        await mkdir(copy);
        await using model = new TransformerModel({ model: folder }, { vocabulary });
        await model.save(copy);
        const onnx = join(copy, 'onnx', 'model.onnx');
        if (!existsSync(onnx)) return expect(config.model_type).toBe('qwen2'); // has no shape that others have without its biases
        const exported = await ForeignEngine.open({ onnx, vocabulary, device: 'cpu' });
        const said = await exported.read([part(longest, 0, longest.length)], pause);
        expect(apart(said, wantedThere), 'exported').toBeLessThan(1e-4);
        await exported.close();
        expect(familyOf(copy).architecture).toEqual(architecture);
      },
    );
  }
});
