/** Where a model writes a piece's tokens: ids, and the span of each in the units of the text it read. */
export class Segments {
  ids = new Int32Array(64);
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  length = 0;

  push(id: number, start: number, end: number): void {
    if (this.length === this.ids.length) this.reserve(1);
    this.ids[this.length] = id;
    this.starts[this.length] = start;
    this.ends[this.length++] = end;
  }

  /** Makes room for `more`. */
  reserve(more: number): void {
    const wanted = this.length + more;
    if (wanted <= this.ids.length) return;
    const size = Math.max(wanted, this.ids.length * 2);
    this.ids = grown(this.ids, size);
    this.starts = grown(this.starts, size);
    this.ends = grown(this.ends, size);
  }
}

/** The same numbers with room for `size`. */
export const grown = (array: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> => {
  const made = new Int32Array(size);
  made.set(array);
  return made;
};

/** Gives a piece of text its tokens. */
export interface Model {
  /** Appends the tokens of `text` between `from` and `to`. */
  segment(text: string, from: number, to: number, out: Segments): void;
}
