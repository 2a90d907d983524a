/** A text made from another, and for each of its units the span it came from; without `starts`, unit i came from `at + i`. */
export interface Aligned {
  readonly text: string;
  readonly at: number;
  readonly starts?: Int32Array;
  readonly ends?: Int32Array;
}

/** Tells, from left to right and without gaps, what each part of a text becomes. */
export type Rewriting = (text: string, emit: (from: number, to: number, becomes: string) => void) => void;

export const startOf = ({ at, starts }: Aligned, unit: number): number => (starts ? starts[unit]! : at + unit);
export const endOf = ({ at, ends }: Aligned, unit: number): number => (ends ? ends[unit]! : at + unit + 1);

/** A part of an aligned text. */
export const cut = (whole: Aligned, from: number, to: number): Aligned => ({
  text: whole.text.slice(from, to),
  at: whole.at + from,
  ...(whole.starts && whole.ends && { starts: whole.starts.subarray(from, to), ends: whole.ends.subarray(from, to) }),
});

/** The rewritten text with its alignment; parts that keep their length keep it unit by unit, all others as a whole. */
export const rewrite = (whole: Aligned, rewriting: Rewriting): Aligned => {
  const starts: number[] = [];
  const ends: number[] = [];
  const texts: string[] = [];
  rewriting(whole.text, (from, to, becomes) => {
    texts.push(becomes);
    const same = becomes.length === to - from;
    const [start, end] = to > from ? [startOf(whole, from), endOf(whole, to - 1)] : [0, 0];
    for (let i = 0; i < becomes.length; i++) {
      starts.push(same ? startOf(whole, from + i) : start);
      ends.push(same ? endOf(whole, from + i) : end);
    }
  });
  return { text: texts.join(''), at: whole.at, starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
};
