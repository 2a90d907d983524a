import { createRandom, type Random } from '../data/random.ts';
import type { Batch, Row, Tokens } from '../data/tokens.ts';
import type { RawItem } from '../stages/read.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import type { Corpus } from '../stages/train.ts';
import { beforeRows } from './row-prefix.ts';

/** Ids with what the tokenizer puts before rows, and its stop behind. */
export const complete = (tokenizer: Pick<Tokenizer, 'start' | 'prefix' | 'stop'>, tokens: Tokens): Tokens => {
  const before = beforeRows(tokenizer);
  const { stop } = tokenizer;
  if (before.length === 0 && stop === undefined) return tokens;
  const row = new Int32Array(before.length + tokens.length + (stop === undefined ? 0 : 1));
  row.set(before);
  row.set(tokens, before.length);
  if (stop !== undefined) row[row.length - 1] = stop;
  return row;
};

/** A raw item as a complete row. */
export const toRow = (tokenizer: Tokenizer, { raw, given }: RawItem, random?: Random): Row => {
  return conditioned(tokenizer, complete(tokenizer, tokenizer.tokenize(raw, random)), given);
};

/** A row of these tokens, and of what it is conditioned on. */
export const conditioned = (tokenizer: Tokenizer, tokens: Tokens, given: unknown): Row =>
  given === undefined ? { tokens } : { tokens, given: (tokenizer.given ?? tokenizer).tokenize(given) };

/**
 * Raw items as what a trainer learns from. In order they stream, in bounded memory; shuffled they are held as packed ids, 4 bytes a token,
 * or as they are where the tokenizer draws: each row's luck then depends on the seed, the pass and the row.
 */
export const makeCorpus = async (items: () => AsyncIterable<RawItem>, tokenizer: Tokenizer, seed: number): Promise<Corpus> => {
  let rows = 0;
  for await (const _ of items()) rows++;
  let held: Promise<Held> | undefined;

  async function* inOrder(batch: number, skip: number): AsyncGenerator<Batch<Row>> {
    let gathered: Row[] = [];
    let left = skip * batch;
    for await (const item of items()) {
      if (left > 0) {
        left--;
        continue;
      }
      gathered.push(toRow(tokenizer, item));
      if (gathered.length === batch) {
        yield gathered;
        gathered = [];
      }
    }
    if (gathered.length > 0) yield gathered;
  }

  async function* shuffled(batch: number, skip: number): AsyncGenerator<Batch<Row>> {
    held ??= tokenizer.draws ? hold(items(), tokenizer) : pack(items(), tokenizer);
    const { row } = await held;
    let at = (skip * batch) % rows;
    let pass = Math.floor((skip * batch) / rows);
    let order = permutation(rows, seed, pass);
    for (;;) {
      const gathered: Row[] = [];
      while (gathered.length < batch) {
        if (at === rows) {
          order = permutation(rows, seed, ++pass);
          at = 0;
        }
        const index = order[at++]!;
        gathered.push(row(index, () => createRandom(seed, -1 - (pass * rows + index)))); // the streams of the passes' orders are not negative
      }
      yield gathered;
    }
  }

  return { rows, read: ({ batch, shuffle = false, skip = 0 }) => (shuffle ? shuffled(batch, skip) : inOrder(batch, skip)) };
};

interface Held {
  readonly row: (index: number, luck: () => Random) => Row;
}

const hold = async (items: AsyncIterable<RawItem>, tokenizer: Tokenizer): Promise<Held> => {
  const all: RawItem[] = [];
  for await (const item of items) all.push(item);
  return { row: (index, luck) => toRow(tokenizer, all[index]!, luck()) };
};

const pack = async (items: AsyncIterable<RawItem>, tokenizer: Tokenizer): Promise<Held> => {
  const tokens = new Growing();
  const given = new Growing();
  let conditioned = false;
  for await (const item of items) {
    const row = toRow(tokenizer, item);
    tokens.add(row.tokens);
    conditioned ||= row.given !== undefined;
    given.add(row.given ?? new Int32Array(0));
  }
  return { row: (index) => (conditioned ? { tokens: tokens.at(index), given: given.at(index) } : { tokens: tokens.at(index) }) };
};

/** Sequences one behind the other in one array. */
class Growing {
  #data = new Int32Array(1024);
  #ends = new Float64Array(64);
  #count = 0;

  add(sequence: Tokens): void {
    const begin = this.#count === 0 ? 0 : this.#ends[this.#count - 1]!;
    const end = begin + sequence.length;
    if (end > this.#data.length) this.#data = grown(this.#data, new Int32Array(Math.max(end, this.#data.length * 2)));
    if (this.#count === this.#ends.length) this.#ends = grown(this.#ends, new Float64Array(this.#count * 2));
    this.#data.set(sequence, begin);
    this.#ends[this.#count++] = end;
  }

  at(index: number): Tokens {
    return this.#data.subarray(index === 0 ? 0 : this.#ends[index - 1]!, this.#ends[index]!);
  }
}

const grown = <T extends Int32Array | Float64Array>(from: T, into: T): T => {
  into.set(from);
  return into;
};

/** The order of one pass: Fisher and Yates' shuffle, from the seed and the number of the pass. */
const permutation = (length: number, seed: number, pass: number): Uint32Array => {
  const random = createRandom(seed, pass);
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
};
