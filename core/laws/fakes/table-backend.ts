import type { Prediction } from '../../data/prediction.ts';
import { append, type Batch, EMPTY, type Tokens } from '../../data/tokens.ts';
import type { Stages } from '../../decode-loop/model.ts';
import type { Attention } from '../../stages/attend.ts';
import type { Capabilities } from '../../stages/capabilities.ts';
import type { Decoder } from '../../stages/decode.ts';
import type { Encoder } from '../../stages/encode.ts';
import { dense, sparse } from '../arbitraries/logits.ts';
import { errors } from '../runner/errors.ts';
import { type TableModel, weightsAfter } from './table-model.ts';

/** A row as far as it was read. */
export interface TableMemory {
  readonly tokens: Tokens;
}

/** Ids as they are, and how many of each row are fresh. */
export interface TableHidden {
  readonly rows: Batch<Tokens>;
}

/** Which of the optional parts the fake has. */
export interface TableOptions {
  readonly context?: number;
  /** Logits in the sparse form. */
  readonly sparse?: boolean;
  /** It prices tokens. */
  readonly price?: boolean;
  /** It rewinds; absent: it does. */
  readonly rewind?: boolean;
}

/** A backend whose distribution is written out in a table; it refuses a memory that was released, and counts those that are held. */
export interface TableBackend extends Stages {
  readonly capabilities: Capabilities;
  readonly vocabulary: number;
  /** Memories handed out and not yet released. */
  held(): number;
}

/** The stages of a table; what it predicts is known in advance, which no trained backend can offer a test. */
export const tableBackend = (model: TableModel, options: TableOptions = {}): TableBackend => {
  const live = new Set<TableMemory>();
  const hold = (tokens: Tokens): TableMemory => {
    const memory = { tokens };
    live.add(memory);
    return memory;
  };
  const encoder: Encoder<TableHidden> = {
    ...(options.context !== undefined && { context: options.context }),
    encode: (fresh) => ({ rows: fresh }),
  };
  const attention: Attention<TableHidden, TableMemory> = {
    attend({ rows }, memory) {
      for (const one of memory) if (one && !live.has(one)) throw errors.RELEASED();
      const read = rows.map((fresh, i) => append(memory[i]?.tokens ?? EMPTY, 0, fresh));
      return { hidden: { rows: read }, memory: read.map(hold) };
    },
    ...(options.rewind !== false && {
      rewind: ({ tokens }: TableMemory, back: number) => hold(tokens.subarray(0, tokens.length - back)),
    }),
    release(memory) {
      if (!live.delete(memory)) throw errors.RELEASED();
    },
  };
  const decoder: Decoder<TableHidden> = {
    decode({ rows }, positions): Prediction {
      const logits = rows.flatMap((row, i) =>
        Array.from({ length: positions[i]! }, (_, at) => weightsAfter(model, row, row.length - positions[i]! + 1 + at).map(Math.log)),
      );
      const packed = options.sparse && logits.length > 0 ? sparse(logits) : { ...dense(logits), dims: [logits.length, model.vocabulary] };
      return { kind: 'categorical', extent: 'next', counts: [...positions], logits: packed };
    },
    ...(options.price && {
      price: ({ rows }: TableHidden, targets: Batch<Tokens>) =>
        targets.map((wanted, i) =>
          Float64Array.from(wanted, (target, at) => {
            const weights = weightsAfter(model, rows[i]!, rows[i]!.length - wanted.length + 1 + at);
            return Math.log(weights.reduce((sum, weight) => sum + weight, 0)) - Math.log(weights[target]!);
          }),
        ),
    }),
  };
  return {
    encoder,
    attention,
    decoder,
    capabilities: { hidden: 'ids', predictions: [{ kind: 'categorical', extent: 'next' }], likelihood: ['exact'], agreement: 'bitwise' },
    vocabulary: model.vocabulary,
    held: () => live.size,
  };
};
