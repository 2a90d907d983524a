import type { Batch, Decoder, Prediction, SparseLogits, Tensor, Tokens } from '../../core/index.ts';
import type { NgramModel } from './model.ts';
import { type Followers, type Trie, Walk } from './trie.ts';

const DENSE = 512; // ids up to which a full row is smaller work than a list

/** The suffixes that have a say after one position. */
type Context = ReturnType<Walk['followers']>;

/** Looks the suffixes of each context up and lists what follows them. */
export class NgramDecoder implements Decoder<Batch<Tokens>> {
  readonly #model: NgramModel;
  readonly #dense: boolean;

  constructor(model: NgramModel, dense = model.identity.vocabulary <= DENSE) {
    this.#model = model;
    this.#dense = dense;
  }

  decode(hidden: Batch<Tokens>, positions: readonly number[]): Prediction {
    const { trie } = this.#model;
    const walk = new Walk(trie);
    const contexts: Context[] = [];
    hidden.forEach((row, at) => {
      for (let last = row.length - positions[at]!; last < row.length; last++) {
        if (last === row.length - positions[at]!) walk.enter(row, last);
        else walk.step(row[last]!);
        contexts.push(walk.followers());
      }
    });
    return { kind: 'categorical', extent: 'next', counts: positions, logits: this.#dense ? dense(trie, contexts) : sparse(trie, contexts) };
  }

  price(hidden: Batch<Tokens>, targets: Batch<Tokens>): Batch<Float64Array> {
    const walk = new Walk(this.#model.trie);
    return hidden.map((row, at) => {
      const wanted = targets[at]!;
      const nats = new Float64Array(wanted.length);
      for (let i = 0, last = row.length - wanted.length; i < wanted.length; i++, last++) {
        if (i === 0 || wanted[i - 1] !== row[last]) walk.enter(row, last);
        nats[i] = -walk.step(wanted[i]!);
      }
      return nats;
    });
  }
}

/** [positions, vocabulary]: what all ids have, then what followers have, those of the longest suffix last. */
const dense = ({ levels }: Trie, contexts: readonly Context[]): Tensor => {
  const base = levels[0]!.logits;
  const data = new Float32Array(contexts.length * base.length);
  contexts.forEach(({ lists, rest }, position) => {
    const row = data.subarray(position * base.length, (position + 1) * base.length);
    for (let id = 0; id < row.length; id++) row[id] = base[id]! + rest;
    for (const { depth, begin, end, off } of lists.toReversed()) {
      const { ids, logits } = levels[depth]!;
      for (let i = begin; i < end; i++) row[ids[i]!] = logits[i]! + off;
    }
  });
  return { dims: [contexts.length, base.length], data };
};

/** Whatever follows a suffix follows the shortest one too, so that its list names all ids, and links lead there from the others. */
const sparse = ({ levels }: Trie, contexts: readonly Context[]): SparseLogits => {
  const offsets = new Int32Array(contexts.length + 1);
  contexts.forEach(({ lists }, position) => {
    const shortest = lists.at(-1);
    offsets[position + 1] = offsets[position]! + (shortest ? shortest.end - shortest.begin : 0);
  });
  const ids = new Int32Array(offsets[contexts.length]!);
  const logits = new Float32Array(ids.length);
  contexts.forEach(({ lists }, position) => {
    const shortest = lists.at(-1);
    if (!shortest) return;
    ids.set(levels[shortest.depth]!.ids.subarray(shortest.begin, shortest.end), offsets[position]!);
    for (const list of lists.toReversed()) place(levels, list, shortest, logits, offsets[position]!);
  });
  const rest = Float32Array.from(contexts, (context) => context.rest);
  return { vocabulary: levels[0]!.size, offsets, ids, logits, rest, base: levels[0]!.logits };
};

const place = (
  levels: Trie['levels'],
  { depth, begin, end, off }: Followers,
  shortest: Followers,
  into: Float32Array,
  from: number,
): void => {
  for (let i = begin; i < end; i++) {
    let at = i;
    for (let above = depth; above > shortest.depth; above--) at = levels[above]!.links[at]!;
    into[from + at - shortest.begin] = levels[depth]!.logits[i]! + off;
  }
};
