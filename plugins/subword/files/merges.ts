import { errors } from '../errors.ts';
import { type Fields, shown } from '../fields.ts';
import { type PairTable, pairTable, setPair } from '../model/pair-table.ts';
import type { Entries } from './vocabulary.ts';

const MOST_MERGES = 1 << 22;
/** Ranks ask for every way to divide a token, so its length is bounded. */
const LONGEST_RANKED = 1024;

/** The merges of a BPE model: listed, or whatever `ranks` imply. */
export const readMerges = (model: Fields, entries: Entries): PairTable =>
  model.has('ranks')
    ? fromRanks(model.list('ranks'), entries)
    : listed(model.list('merges', []), entries, model.has('continuing_subword_prefix') ? model.string('continuing_subword_prefix') : '');

const listed = (merges: readonly unknown[], entries: Entries, prefix: string): PairTable => {
  if (merges.length > MOST_MERGES) throw errors.TOO_MANY('model.merges', merges.length, MOST_MERGES);
  const table = pairTable(merges.length);
  merges.forEach((merge, rank) => {
    const place = `model.merges[${rank}]`;
    const parts: readonly unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
    const [left, right] = parts;
    if (parts.length !== 2 || typeof left !== 'string' || typeof right !== 'string')
      throw errors.BAD_FIELD(place, 'two tokens', shown(merge));
    const [first, second] = [entries.wanted(left, place), entries.wanted(right, place)];
    setPair(table, first, second, rank, entries.wanted(left + right.slice(prefix.length), place));
  });
  return table;
};

const fromRanks = (ranks: readonly unknown[], entries: Entries): PairTable => {
  const table = pairTable(entries.tokens.reduce((sum, token, id) => sum + (typeof ranks[id] === 'number' ? (token?.length ?? 0) : 0), 0));
  for (const { left, right, rank, merged } of implied(ranks, entries)) setPair(table, left, right, rank, merged);
  return table;
};

interface Merge {
  readonly left: number;
  readonly right: number;
  readonly rank: number;
  readonly merged: number;
}

/** Every way to divide a ranked token into two others. */
function* implied(ranks: readonly unknown[], entries: Entries): Generator<Merge> {
  for (const [merged, token] of entries.tokens.entries()) {
    const rank = ranks[merged];
    if (token === undefined || typeof rank !== 'number') continue;
    if (token.length > LONGEST_RANKED) throw errors.TOO_MANY(`model.vocab[${merged}]`, token.length, LONGEST_RANKED);
    for (let at = 1; at < token.length; at++) {
      const left = entries.id(token.slice(0, at));
      const right = left === undefined ? undefined : entries.id(token.slice(at));
      if (left !== undefined && right !== undefined) yield { left, right, rank, merged };
    }
  }
}

/** The merges that ranks imply as a list, for libraries that know no ranks. */
export const listMerges = (ranks: readonly unknown[], entries: Entries): readonly (readonly [string, string])[] =>
  [...implied(ranks, entries)]
    .sort((one, other) => one.rank - other.rank || one.left - other.left || one.right - other.right)
    .map(({ left, right }) => [entries.tokens[left]!, entries.tokens[right]!]);
