import type { Inspection, Inspector, Mark, Tokens } from '../../core/index.ts';
import type { NgramModel } from './model.ts';
import { Walk } from './trie.ts';

/** Which n-gram spoke for each token: the longest that was read in training, down to order 1 where none was. */
export class NgramInspector implements Inspector {
  readonly views: Inspector['views'];

  constructor(model: NgramModel) {
    this.views = {
      orders: { about: 'The order of the n-gram that gave each token its probability.', look: (row, given) => orders(model, row, given) },
    };
  }
}

const orders = ({ trie }: NgramModel, row: Tokens, given: number): Inspection => {
  const walk = new Walk(trie);
  const counts: Record<string, number> = Object.fromEntries(trie.levels.map((_, below) => [`order ${below + 1}`, 0]));
  const marks = Array.from(row, (id, at): Mark | undefined => {
    walk.step(id);
    if (at < given) return undefined;
    const name = `order ${walk.matched}`;
    counts[name] = counts[name]! + 1;
    return { label: String(walk.matched), strength: walk.matched / trie.levels.length };
  });
  return { marks, counts };
};
