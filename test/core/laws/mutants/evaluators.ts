import type { Item, Measures } from '../../../../core/index.ts';
import type { EvaluatorSubject } from '../../../../core/laws/index.ts';
import { Mean, type MeanTally, meanSubject } from '../honest/mean.ts';

class RunningMean extends Mean {
  override evaluate(item: Item, tally?: MeanTally): MeanTally {
    const next = super.evaluate(item, tally);
    return tally && item.kind === 'scored' ? { ...next, nats: (tally.nats + item.nats[0]!) / 2 } : next;
  }
}

class MeanOfMeans extends Mean {
  override merge(first: MeanTally, second: MeanTally): MeanTally {
    return { ...super.merge(first, second), rows: Math.max(first.rows, second.rows) };
  }
}

class Entropy extends Mean {
  override report(tally: MeanTally): Measures {
    return { ...super.report(tally), spread: Math.log(tally.texts.size - 1) };
  }
}

class KeepsItsSum extends Mean {
  #nats = 0;
  override evaluate(item: Item, tally?: MeanTally): MeanTally {
    if (!tally) this.#nats = 0;
    if (item.kind === 'scored') this.#nats += item.nats[0]!;
    return { ...super.evaluate(item, tally), nats: this.#nats };
  }
}

class ReportsInPlace extends Mean {
  override report(tally: MeanTally): Measures {
    tally.nats /= Math.max(1, tally.tokens);
    return { nats_per_token: tally.nats };
  }
}

class SortsItems extends Mean {
  override evaluate(item: Item, tally?: MeanTally): MeanTally {
    item.row.tokens.sort();
    return super.evaluate(item, tally);
  }
}

class CountsReports extends Mean {
  #reports = 0;
  override report(tally: MeanTally): Measures {
    return { ...super.report(tally), folds: ++this.#reports };
  }
}

/** A broken evaluator for each law. */
export const evaluators: Readonly<Record<string, () => EvaluatorSubject>> = {
  'evaluate/in-any-order': () => meanSubject(new RunningMean()),
  'evaluate/halves-merge': () => meanSubject(new MeanOfMeans()),
  'evaluate/finite': () => meanSubject(new Entropy()),
  'evaluate/keeps-nothing': () => meanSubject(new KeepsItsSum()),
  'evaluate/report-changes-nothing': () => meanSubject(new ReportsInPlace()),
  'evaluate/items-untouched': () => meanSubject(new SortsItems()),
  'evaluate/repeatable': () => meanSubject(new CountsReports()),
};
