import { readFileSync } from 'node:fs';
import type { Corpus, Row, Tokenizer } from '../../../core/index.ts';
import { realData } from '../../real-data.ts';

const train = realData('gutenberg-lm/train.tok.txt');
const valid = realData('gutenberg-lm/valid.tok.txt');

/** Whether the corpus is missing, and the words that say so. */
export const { absent, why } = train;

/** What a text is read as, as lmplz and query read it: a line is a sentence, a word is what white space parts, every word of the training text has an id. */
export interface Text {
  readonly tokenizer: Tokenizer;
  readonly train: Corpus;
  readonly valid: readonly Row[];
  readonly unknown: number;
}

/** Six novels to learn from and one to be surprised by. */
export const readGutenberg = (): Text => {
  const [unknown, start, stop] = [0, 1, 2];
  const ids = new Map<string, number>();
  const rowsOf = (file: string, idOf: (word: string) => number): Row[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => ({ tokens: Int32Array.from([start, ...line.split(' ').filter(Boolean).map(idOf), stop]) }));
  const rows = rowsOf(train.path, (word) => {
    if (!ids.has(word)) ids.set(word, ids.size + 3);
    return ids.get(word)!;
  });
  const rowsToPrice = rowsOf(valid.path, (word) => ids.get(word) ?? unknown);
  return {
    tokenizer: { vocabulary: ids.size + 3, fingerprint: 'words of gutenberg-lm', start, stop, unknown } as Tokenizer,
    train: {
      rows: rows.length,
      async *read({ batch, skip = 0 }) {
        for (let at = skip * batch; at < rows.length; at += batch) yield rows.slice(at, at + batch);
      },
    },
    valid: rowsToPrice,
    unknown,
  };
};
