import type { Prediction } from '../../data/prediction.ts';
import { createRandom } from '../../data/random.ts';
import type { Batch, Row, Tokens } from '../../data/tokens.ts';
import { assemble } from '../../decode-loop/model.ts';
import { drop } from '../../decode-loop/release.ts';
import type { ForwardOutput, Model } from '../../stages/model.ts';
import type { StepContext } from '../../stages/step-context.ts';
import type { BackendSubject } from '../subjects/subjects.ts';

/** One row's part of a reading. */
export interface RowReading {
  readonly fresh: Tokens;
  readonly memory?: unknown;
  /** How many of the last positions are predicted after; absent: one. */
  readonly positions?: number;
  readonly given?: Tokens | undefined;
  /** Which row's luck it has; absent: its own place in the batch. */
  readonly luck?: number;
}

/** A backend being read by a law. */
export interface Reading {
  readonly model: Model;
  /** Rows as one batch. */
  read(parts: Batch<RowReading>, seed: number, signal?: AbortSignal): Promise<ForwardOutput>;
  /** One row from nothing, alone. */
  fresh(row: Row, positions: number, seed: number, luck?: number): Promise<Prediction>;
  /** Counts a memory among those released at the end. */
  keep(memory: unknown): void;
  /** Releases one memory now. */
  release(memory: unknown): void;
}

/** Reads a backend, and in the end releases every memory it gave. */
export const reading = async (subject: BackendSubject, work: (reading: Reading) => Promise<void>): Promise<void> => {
  const model = assemble(subject.stages);
  const held = new Set<unknown>();
  const read: Reading['read'] = async (parts, seed, signal) => {
    const result = await model.forward({
      inputIds: parts.map(({ fresh }) => fresh),
      memory: parts.map(({ memory }) => memory),
      positions: parts.map(({ positions }) => positions ?? 1),
      ...runOf(parts, seed, signal),
    });
    for (const memory of result.memory) held.add(memory);
    return result;
  };
  try {
    await work({
      model,
      read,
      async fresh(row, positions, seed, luck = 0) {
        const { prediction, memory } = await read([{ fresh: row.tokens, positions, given: row.given, luck }], seed);
        for (const one of memory) if (held.delete(one)) drop(model, [one]);
        return prediction;
      },
      keep: (memory) => held.add(memory),
      release(memory) {
        if (held.delete(memory)) drop(model, [memory]);
      },
    });
  } finally {
    drop(model, [...held]);
  }
};

/** What rows lean on, each with luck of its own. */
export const runOf = (parts: Batch<Pick<RowReading, 'given' | 'luck'>>, seed: number, signal: AbortSignal = NEVER): StepContext => ({
  random: parts.map(({ luck }, i) => createRandom(seed, luck ?? i)),
  given: parts.map(({ given }) => given),
  task: parts.map(() => undefined),
  signal,
});

const NEVER = new AbortController().signal;

/** Two sequences as one. */
export const join = (...parts: readonly Tokens[]): Tokens => Int32Array.from(parts.flatMap((part) => Array.from(part)));
