import type { Counted } from '../smoothing/smoothing.ts';
import type { Level } from '../trie.ts';
import type { Counts, Ids } from './counts.ts';
import { RECORD } from './grams.ts';

/** Brings counted n-grams into the order of a trie, written into `levels`; in time linear in their number. */
export const arrange = ({ unigrams, longer }: Counts, { vocabulary, start, stop }: Ids, levels: readonly Level[]): Counted => {
  const counts = [unigrams];
  const opening: [number, number][] = [[0, 0]];
  let opens: [number, number] = start < 0 ? [0, 0] : [start, start + 1];
  let places: Uint32Array | undefined; // where each n-gram of the order below went
  longer.forEach(({ records, size }, below) => {
    const { first } = levels[below]!;
    const { ids, links } = levels[below + 1]!;
    const last = column(records, 1);
    const sorted = sort(column(records, 0, places), first, sort(last, new Int32Array(vocabulary + 1)));
    const read = new Uint32Array(size);
    gather(last, sorted, ids);
    gather(column(records, 2, places), sorted, links);
    gather(column(records, 3), sorted, read);
    places = new Uint32Array(size);
    for (let to = 0; to < size; to++) places[sorted[to]!] = to;
    counts.push(read);
    opening.push((opens = [first[opens[0]]!, first[opens[1]]!]));
  });
  return { levels, counts, opening, silent: start === stop ? -1 : start };
};

/** One word of each record, where wanted as the place it went to. */
const column = (records: Uint32Array, word: number, places?: Uint32Array): Uint32Array => {
  const values = new Uint32Array(records.length / RECORD);
  for (let i = 0; i < values.length; i++) values[i] = places ? places[records[i * RECORD + word]!]! : records[i * RECORD + word]!;
  return values;
};

const gather = (values: Uint32Array, order: Uint32Array, into: Int32Array | Uint32Array): void => {
  for (let i = 0; i < order.length; i++) into[i] = values[order[i]!]!;
};

/** The items 0, 1, … or those given, stably by key; fills `first` with where each key begins. */
const sort = (keys: Uint32Array, first: Int32Array, items?: Uint32Array): Uint32Array => {
  for (const key of keys) first[key + 1] = first[key + 1]! + 1;
  for (let key = 1; key < first.length; key++) first[key] = first[key]! + first[key - 1]!;
  const next = first.slice();
  const sorted = new Uint32Array(keys.length);
  for (let i = 0; i < sorted.length; i++) {
    const item = items ? items[i]! : i;
    const key = keys[item]!;
    sorted[next[key]!] = item;
    next[key] = next[key]! + 1;
  }
  return sorted;
};
