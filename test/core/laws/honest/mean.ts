import type { Evaluator, Item, Measures } from '../../../../core/index.ts';
import { type EvaluatorSubject, item, text } from '../../../../core/laws/index.ts';

/** What is kept of scored and generated items. */
export interface MeanTally {
  nats: number;
  tokens: number;
  texts: ReadonlySet<unknown>;
  rows: number;
}

/** An evaluator that is right: nats a token, and the share of texts that are different. */
export class Mean implements Evaluator<MeanTally> {
  evaluate(item: Item, tally: MeanTally = { nats: 0, tokens: 0, texts: new Set(), rows: 0 }): MeanTally {
    return item.kind === 'scored'
      ? { ...tally, nats: tally.nats + item.nats.reduce((a, b) => a + b, 0), tokens: tally.tokens + item.nats.length }
      : { ...tally, texts: new Set([...tally.texts, item.raw]), rows: tally.rows + 1 };
  }

  merge(first: MeanTally, second: MeanTally): MeanTally {
    return {
      nats: first.nats + second.nats,
      tokens: first.tokens + second.tokens,
      texts: new Set([...first.texts, ...second.texts]),
      rows: first.rows + second.rows,
    };
  }

  report({ nats, tokens, texts, rows }: MeanTally): Measures {
    return { ...(tokens > 0 && { nats_per_token: nats / tokens }), ...(rows > 0 && { different: texts.size / rows }) };
  }
}

/** An evaluator of such items under its laws. */
export const meanSubject = (evaluator: Evaluator<MeanTally> = new Mean()): EvaluatorSubject => ({
  evaluator: evaluator as Evaluator,
  capabilities: { items: ['scored', 'generated'] },
  item: item(['scored', 'generated'], text([], 2)),
  tolerance: 1e-9,
});
