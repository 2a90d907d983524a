import type { Model, Segments } from '../model/segments.ts';
import type { Cut } from '../split/pre-tokenizer.ts';
import { type Aligned, cut, endOf, startOf } from '../text/aligned.ts';

/** Where pieces go: a model's memory, or what counts them. */
interface Sink {
  append(text: string, from: number, to: number, out: Segments): void;
}

/** Cuts normalized text into pieces and hands each on; the fast way, without spans. */
export class Cutter {
  readonly #cuts: readonly Cut[];
  readonly #sink: Sink;

  constructor(cuts: readonly Cut[], sink: Sink) {
    this.#cuts = cuts;
    this.#sink = sink;
  }

  /** Appends the ids of `text` between `from` and `to`; `first` where it begins the whole text. */
  run(text: string, from: number, to: number, first: boolean, out: Segments): void {
    this.#step(0, text, from, to, first, out);
  }

  #step(at: number, text: string, from: number, to: number, first: boolean, out: Segments): void {
    if (from === to) return;
    const step = this.#cuts[at];
    if (!step) this.#sink.append(text, from, to, out);
    else if (step.kind === 'rewrite') {
      const piece = text.slice(from, to);
      const made = !step.applies || step.applies(piece, first) ? step.normalizer.apply(piece) : piece;
      this.#step(at + 1, made, 0, made.length, first, out);
    } else if (step.scanner) {
      const last = at + 1 === this.#cuts.length;
      for (let start = from; start < to; ) {
        const end = step.scanner(text, start, to);
        if (last) this.#sink.append(text, start, end, out);
        else this.#step(at + 1, text, start, end, first && start === from, out);
        start = end;
      }
    } else {
      const piece = text.slice(from, to);
      step.divide(piece, (start, end) => this.#step(at + 1, piece, start, end, first && start === 0, out));
    }
  }
}

/** The same with the span of each token in the first text; slower, and without a memory. */
export const locate = (cuts: readonly Cut[], model: Model, text: Aligned, first: boolean, out: Segments): void => {
  const step = (at: number, piece: Aligned, begins: boolean): void => {
    if (piece.text === '') return;
    const one = cuts[at];
    if (one?.kind === 'rewrite') {
      step(at + 1, !one.applies || one.applies(piece.text, begins) ? one.normalizer.align(piece) : piece, begins);
    } else if (one) one.divide(piece.text, (start, end) => step(at + 1, cut(piece, start, end), begins && start === 0));
    else {
      const before = out.length;
      model.segment(piece.text, 0, piece.text.length, out);
      for (let i = before; i < out.length; i++) {
        const [start, end] = [out.starts[i]!, out.ends[i]!];
        out.starts[i] = startOf(piece, start);
        out.ends[i] = endOf(piece, end - 1);
      }
    }
  };
  step(0, text, first);
};
