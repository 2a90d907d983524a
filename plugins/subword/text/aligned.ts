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
  let starts = new Int32Array(whole.text.length + 16);
  let ends = new Int32Array(starts.length);
  let text = '';
  rewriting(whole.text, (from, to, becomes) => {
    const at = text.length;
    text += becomes;
    if (text.length > starts.length) [starts, ends] = [roomier(starts, text.length), roomier(ends, text.length)];
    const same = becomes.length === to - from;
    const [start, end] = to > from ? [startOf(whole, from), endOf(whole, to - 1)] : [0, 0];
    for (let i = 0; i < becomes.length; i++) {
      starts[at + i] = same ? startOf(whole, from + i) : start;
      ends[at + i] = same ? endOf(whole, from + i) : end;
    }
  });
  return { text, at: whole.at, starts: starts.subarray(0, text.length), ends: ends.subarray(0, text.length) };
};

const roomier = (array: Int32Array<ArrayBuffer>, least: number): Int32Array<ArrayBuffer> => {
  const made = new Int32Array(Math.max(least, array.length * 2));
  made.set(array);
  return made;
};
