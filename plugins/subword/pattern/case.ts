import { CharSet, escaped } from './char-set.ts';

/** Characters that are alike where case is ignored: `s`, `S` and the long s. */
const alike = new Map<number, number[]>();

const join = (one: number, other: number): void => {
  const [list, more] = [alike.get(one) ?? [one], alike.get(other) ?? [other]];
  if (list === more) return;
  list.push(...more);
  for (const codePoint of list) alike.set(codePoint, list);
};

const fill = (): void => {
  const cased = escaped('[\\p{Cased}\\p{Changes_When_Casemapped}]');
  for (let codePoint = 0; codePoint < 0x20000; codePoint++) {
    if (!cased.has(codePoint)) continue;
    const character = String.fromCodePoint(codePoint);
    for (const changed of [character.toLowerCase(), character.toUpperCase()]) {
      const other = changed.codePointAt(0)!;
      if (!cased.has(other) || other === codePoint || changed.length !== String.fromCodePoint(other).length) continue;
      if (new RegExp(`^\\u{${other.toString(16)}}$`, 'iu').test(character)) join(codePoint, other);
    }
  }
};

/** A set with whatever is alike to its members when case is ignored. */
export const anyCase = (set: CharSet): CharSet => {
  if (alike.size === 0) fill();
  return new CharSet((plane) => {
    const table = Uint8Array.from(set.plane(plane));
    for (const [codePoint, list] of alike) if (codePoint >> 16 === plane && list.some((one) => set.has(one))) table[codePoint & 0xffff] = 1;
    return table;
  });
};
