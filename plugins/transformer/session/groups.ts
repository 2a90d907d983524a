/** Rows are padded by so many tokens in all, or by this part of what they read: more costs more than another step. */
const PADDING = 16;
const PART = 1 / 8;

/** What it takes to know who reads together. */
export interface Grouped {
  readonly part: { readonly fresh: Int32Array };
  /** Where its logits stand among those of all. */
  readonly at: number;
  /** Absent where it read nothing yet. */
  readonly place: object | undefined;
}

/** Rows of one step, each padded to `length`. */
export interface Group<Row> {
  readonly length: number;
  readonly rows: Row[];
}

/** Rows that one step reads: of those that go on such as read equally much, of those that read nothing yet such as are about as long; at most `most` tokens a group, padding included, but for a row alone. */
export const groupsOf = <Row extends Grouped>(rows: readonly Row[], most: number): Group<Row>[] => {
  const going = new Map<number, Row[]>();
  const groups: Group<Row>[] = [];
  const fresh: Row[] = [];
  for (const row of rows) {
    const { length } = row.part.fresh;
    if (!row.place && length > 0) fresh.push(row);
    else going.set(length, [...(going.get(length) ?? []), row]);
  }
  for (const [length, alike] of going) {
    const room = Math.max(1, Math.floor(most / Math.max(1, length)));
    for (let from = 0; from < alike.length; from += room) groups.push({ length, rows: alike.slice(from, from + room) });
  }
  let read = 0;
  let group: Group<Row> | undefined;
  for (const row of fresh.sort((a, b) => b.part.fresh.length - a.part.fresh.length)) {
    const { length } = row.part.fresh;
    const padded: number = group ? (group.rows.length + 1) * group.length : 0;
    if (group && padded <= most && padded - read - length <= Math.max(PADDING, PART * padded)) {
      group.rows.push(row);
      read += length;
    } else {
      group = { length, rows: [row] };
      groups.push(group);
      read = length;
    }
  }
  for (const { rows } of groups) rows.sort((a, b) => a.at - b.at);
  return groups;
};
