import type { Batch, Tokens } from '../../core/index.ts';

const GREATEST = 3.4028234663852886e38; // of a float32

/** A logit of an id that its row holds already (Keskar et al. 2019); what is finite stays so. */
export const penalised = (logit: number, penalty: number): number => {
  const far = logit < 0 ? logit * penalty : logit / penalty;
  return Number.isFinite(logit) ? Math.max(-GREATEST, Math.min(GREATEST, far)) : far;
};

/** Takes the logits of what a row holds down, in place. */
export const penalise = (logits: Float32Array, seen: ReadonlySet<number>, penalty: number): void => {
  for (const id of seen) if (id < logits.length) logits[id] = penalised(logits[id]!, penalty);
};

/** What a request's rows held when they were last looked at: a sampler's state, so that a long row is not gone through at every step. */
export interface Seen {
  readonly lengths: readonly number[];
  readonly ids: readonly Set<number>[];
}

/** The ids that each row holds now. */
export const look = (rows: Batch<Tokens>, before: Seen | undefined): Seen => {
  const ids = rows.map((row, i) => {
    const known = before?.ids[i] ?? new Set<number>();
    for (let at = before?.lengths[i] ?? 0; at < row.length; at++) known.add(row[at]!);
    return known;
  });
  return { lengths: rows.map((row) => row.length), ids };
};
