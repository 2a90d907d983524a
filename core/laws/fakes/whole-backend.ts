import type { Prediction } from '../../data/prediction.ts';
import type { Batch, Tokens } from '../../data/tokens.ts';
import type { Stages } from '../../decode-loop/model.ts';
import type { Attention } from '../../stages/attend.ts';
import type { Capabilities } from '../../stages/capabilities.ts';
import type { Decoder } from '../../stages/decode.ts';
import type { Encoder } from '../../stages/encode.ts';
import { dense } from '../arbitraries/logits.ts';

/** What kind of prediction the fake gives, of rows how long, in how many rounds. */
export interface WholeOptions {
  readonly kind?: Prediction['kind'];
  readonly length?: number;
  readonly rounds?: number;
  readonly vocabulary?: number;
}

interface WholeHidden {
  readonly rows: Batch<Tokens>;
  readonly round: readonly number[];
}

/** A backend that predicts whole rows of one length: each position leans towards the id after the one it now holds. A row's memory is the number of its rounds so far. */
export const wholeBackend = ({
  kind = 'categorical',
  length = 4,
  rounds = 1,
  vocabulary = 4,
}: WholeOptions = {}): Stages & {
  readonly capabilities: Capabilities;
  readonly vocabulary: number;
} => {
  const encoder: Encoder<Batch<Tokens>> = { encode: (fresh) => fresh };
  const attention: Attention<WholeHidden | Batch<Tokens>, number> = {
    attend: (rows, memory) => {
      const round = memory.map((done) => (done ?? 0) + 1);
      return { hidden: { rows: rows as Batch<Tokens>, round }, memory: round };
    },
  };
  const leaning = (row: Tokens, at: number): number => ((row[at] ?? at) + 1) % vocabulary;
  const decoder: Decoder<WholeHidden> = {
    decode({ rows, round }, _positions, { random }): Prediction {
      const leans = rows.flatMap((row) => Array.from({ length }, (_, at) => leaning(row, at)));
      const counts = rows.map(() => length);
      const left = rounds > 1 ? { left: round.map((done) => Math.max(0, rounds - done)) } : {};
      const each = { dims: [leans.length] };
      switch (kind) {
        case 'categorical':
          return {
            kind,
            extent: 'whole',
            counts,
            ...left,
            cost: rows.map(() => 0.5),
            logits: dense(leans.map((lean) => Array.from({ length: vocabulary }, (_, id) => (id === lean ? 2 : 0)))),
          };
        case 'logistic':
          return {
            kind,
            extent: 'whole',
            counts,
            ...left,
            mean: { ...each, data: Float32Array.from(leans) },
            logScale: { ...each, data: new Float32Array(leans.length).fill(-1) },
            levels: vocabulary,
          };
        case 'point':
          return {
            kind,
            extent: 'whole',
            counts,
            ...left,
            rows: rows.map((_, i) => Int32Array.from({ length }, () => Math.floor(random[i]!() * vocabulary))),
          };
      }
    },
  };
  return {
    encoder,
    attention,
    decoder,
    capabilities: {
      hidden: 'ids',
      predictions: [{ kind, extent: 'whole' }],
      likelihood: [kind === 'point' ? 'none' : 'bound'],
      agreement: 'bitwise',
    },
    vocabulary,
  };
};
