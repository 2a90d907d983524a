import { createRandom, type Random, type Tokens } from '../../../core/index.ts';

/** Part of a row that is learned from at once: `length` targets, from the token at `offset` on. */
interface Piece {
  readonly row: number;
  readonly offset: number;
  readonly length: number;
}

/** A step's batch, as the learning graph is fed: each [batch · length]. */
export interface Batch {
  readonly ids: Int32Array;
  readonly targets: Int32Array;
  readonly places: Int32Array;
  readonly pieces: Int32Array;
  readonly weights: Float32Array;
}

/** How windows are cut. */
export interface Cutting {
  readonly batch: number;
  readonly length: number;
  readonly pack: boolean;
  readonly seed: number;
}

/**
 * Endless batches over rows, each pass in an order of its own. A row longer than a window is read at as many random places as windows would cover it;
 * shorter ones are whole, several to a window where they are packed. Depends on rows and seed alone, so that `skip` batches can be passed over.
 */
export function* windows(rows: readonly Tokens[], { batch, length, pack, seed }: Cutting, skip = 0): Generator<Batch> {
  const random = createRandom(seed, 0x77696e);
  const pieces = endless(rows, length, random);
  let next = pieces.next().value;
  for (let count = 0; ; count++) {
    const made = count >= skip ? empty(batch * length) : undefined;
    for (let window = 0; window < batch; window++) {
      let used = 0;
      for (let number = 1; used === 0 || (pack && used + next.length <= length); number++) {
        if (made) write(made, window * length + used, rows[next.row]!, next, number);
        used += next.length;
        next = pieces.next().value;
      }
    }
    if (made) yield made;
  }
}

const empty = (size: number): Batch => ({
  ids: new Int32Array(size),
  targets: new Int32Array(size),
  places: new Int32Array(size),
  pieces: new Int32Array(size),
  weights: new Float32Array(size),
});

const write = (
  { ids, targets, places, pieces, weights }: Batch,
  at: number,
  row: Tokens,
  { offset, length }: Piece,
  number: number,
): void => {
  ids.set(row.subarray(offset, offset + length), at);
  targets.set(row.subarray(offset + 1, offset + 1 + length), at);
  for (let i = 0; i < length; i++) places[at + i] = i;
  pieces.fill(number, at, at + length);
  weights.fill(1, at, at + length);
};

/** Pass after pass of all rows' pieces, shuffled; rows of fewer than two tokens have none. */
function* endless(rows: readonly Tokens[], length: number, random: Random): Generator<Piece, never> {
  const counts = rows.map((row) => Math.max(0, Math.ceil((row.length - 1) / length)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const order = new Uint32Array(total);
  for (;;) {
    let at = 0;
    counts.forEach((count, row) => {
      order.fill(row, at, at + count);
      at += count;
    });
    for (let i = total - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    for (const row of order) {
      const room = rows[row]!.length - 1 - length;
      yield room <= 0 ? { row, offset: 0, length: room + length } : { row, offset: Math.floor(random() * (room + 1)), length };
    }
  }
}
