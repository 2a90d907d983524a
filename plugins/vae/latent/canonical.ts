import { type Batch, createRandom, type Random, type Row, type Tokens } from '../../../core/index.ts';

/** A row with a number that its ids decide. */
export interface Marked {
  readonly row: Row;
  readonly mark: number;
}

/** Rows in an order that depends on what they hold and not on how they came. */
export const canonical = (rows: Batch<Row>): readonly Marked[] =>
  rows
    .map((row) => ({ row, mark: hash(row.given, hash(row.tokens)) }))
    .sort((a, b) => a.mark - b.mark || compare(a.row.tokens, b.row.tokens));

/** Luck that belongs to a row, so that what is drawn for it depends on no other. */
export const luckOf = ({ mark }: Marked, seed: number): Random => createRandom(seed, mark);

/** FNV-1a over ids. */
const hash = (ids: Tokens = new Int32Array(0), from = 0x811c9dc5): number => {
  let code = from;
  for (const id of ids) code = Math.imul(code ^ id, 0x01000193);
  return code >>> 0;
};

const compare = (a: Tokens, b: Tokens): number => {
  for (let at = 0; at < Math.min(a.length, b.length); at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
};
