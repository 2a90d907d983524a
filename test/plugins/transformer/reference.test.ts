import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { familyOf } from '../../../plugins/transformer/loading/families.ts';
import { ReadingEngine } from '../../../plugins/transformer/session/engine.ts';
import type { Part } from '../../../plugins/transformer/session/protocol.ts';
import { waves, writeFolder } from './folder.ts';

interface Case {
  readonly config: { readonly model_type: string; readonly vocab_size: number; readonly rope_scaling?: { readonly rope_type: string } };
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

describe('models in the shapes of others predict what PyTorch predicts', () => {
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'transformer-reference-'));
  });
  afterAll(() => rm(home, { recursive: true }));

  for (const [number, { config, tensors, rows, logits }] of cases.entries()) {
    it([config.model_type, config.rope_scaling?.rope_type].filter(Boolean).join(' '), async () => {
      const made = Object.fromEntries(Object.entries(tensors).map(([name, dims], seed) => [name, waves(name, dims, seed)]));
      const folder = await writeFolder(join(home, `${number}`), config, made, { shards: (number % 3) + 1 });
      const { architecture } = familyOf(folder);
      const precisions = { layers: 'float32', head: 'float32' } as const;
      const engine = await ReadingEngine.open({ architecture, precisions, weights: { folder }, device: 'cpu' });
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
    });
  }
});
