import { createRandom } from '../../data/random.ts';
import type { Batch, Row } from '../../data/tokens.ts';
import type { Corpus } from '../../stages/train.ts';

/** A corpus that remembers how it was read. */
export interface FakeCorpus extends Corpus {
  /** Batches handed out so far. */
  served(): number;
  /** Readings begun and not yet left or finished. */
  open(): number;
}

/** What befalls the reader of a corpus. */
export interface Serving {
  /** Of the order of its shuffled passes. */
  readonly seed?: number;
  /** Called before each batch, counted from 0: to wait, or to fail. */
  readonly before?: (batch: number) => void | Promise<void>;
}

/** Rows held in memory, served as a corpus promises to. */
export const createCorpus = (rows: Batch<Row>, { seed = 1, before }: Serving = {}): FakeCorpus => {
  let served = 0;
  let open = 0;
  async function* read({ batch, shuffle = false, skip = 0 }: Parameters<Corpus['read']>[0]): AsyncGenerator<Batch<Row>, void> {
    open++;
    try {
      let number = 0;
      for (const some of shuffle ? endless(rows, batch, seed) : once(rows, batch)) {
        if (number++ < skip) continue;
        await before?.(number - 1);
        served++;
        yield some;
      }
    } finally {
      open--;
    }
  }
  return { rows: rows.length, read, served: () => served, open: () => open };
};

function* once(rows: Batch<Row>, batch: number): Generator<Batch<Row>> {
  for (let at = 0; at < rows.length; at += batch) yield rows.slice(at, at + batch);
}

function* endless(rows: Batch<Row>, batch: number, seed: number): Generator<Batch<Row>> {
  let waiting: Row[] = [];
  for (let pass = 0; rows.length > 0; pass++) {
    const random = createRandom(seed, pass);
    const order = rows.map((row) => ({ row, key: random() })).sort((a, b) => a.key - b.key);
    waiting.push(...order.map(({ row }) => row));
    for (; waiting.length >= batch; waiting = waiting.slice(batch)) yield waiting.slice(0, batch);
  }
}
