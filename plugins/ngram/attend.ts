import { type Attended, type Attention, type Batch, EMPTY, type Tokens } from '../../core/index.ts';
import type { NgramModel } from './model.ts';

/** Puts the ids a row remembers, its last order − 1, before those it reads now. */
export class NgramAttention implements Attention<Batch<Tokens>, Tokens> {
  readonly #remembered: number;

  constructor({ identity }: NgramModel) {
    this.#remembered = identity.order - 1;
  }

  attend(hidden: Batch<Tokens>, memory: Batch<Tokens | undefined>): Attended<Batch<Tokens>, Tokens> {
    const joined = hidden.map((fresh, row) => join(memory[row] ?? EMPTY, fresh));
    return { hidden: joined, memory: joined.map((row) => row.slice(Math.max(0, row.length - this.#remembered))) };
  }
}

const join = (before: Tokens, fresh: Tokens): Tokens => {
  if (before.length === 0) return fresh;
  const joined = new Int32Array(before.length + fresh.length);
  joined.set(before);
  joined.set(fresh, before.length);
  return joined;
};
