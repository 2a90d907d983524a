import { type PairTable, pairAt, pairTable, setPair } from './pair-table.ts';

/** A trie over code units: (node, unit) to (child, token or -1); node 0 is the root. */
export type Trie = PairTable;

/** A trie of the texts that `each` tells. */
export const trie = (each: (add: (text: string, id: number) => void) => void): Trie => {
  let units = 0;
  each((text) => (units += text.length));
  const made = pairTable(units);
  let nodes = 1;
  each((text, id) => {
    let node = 0;
    for (let i = 0; i < text.length; i++) {
      const at = pairAt(made, node, text.charCodeAt(i));
      if (made.slots[at] === -1) setPair(made, node, text.charCodeAt(i), nodes++, -1);
      if (i === text.length - 1) made.slots[at + 3] = id;
      node = made.slots[at + 2]!;
    }
  });
  return made;
};

/** The node that `text` leads to; -1 where it leaves the trie. */
export const descend = (made: Trie, text: string): number => {
  let node = 0;
  for (let i = 0; i < text.length; i++) {
    const at = pairAt(made, node, text.charCodeAt(i));
    if (made.slots[at] === -1) return -1;
    node = made.slots[at + 2]!;
  }
  return node;
};
