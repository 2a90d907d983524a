import { toUSVString } from 'node:util';
import { Cutter } from '../engine/cutter.ts';
import { component } from '../engine/engine.ts';
import { Segments } from '../model/segments.ts';
import { makeNormalizer } from '../normalize/normalizer.ts';
import { makePreTokenizer } from '../split/pre-tokenizer.ts';
import { isPair } from '../text/classes.ts';
import { type Bounds, PieceCounts, type Pieces } from './piece-counts.ts';
import type { Plan } from './plan.ts';

/** Texts are normalized and cut in stretches of about so many units. */
const STRETCH = 1 << 20;

/** Unigram models weigh every substring, so they remember less text. */
const BOUNDS: Readonly<Record<Plan['kind'], Bounds>> = {
  BPE: { pieces: 1 << 21, units: 1 << 25 },
  WordPiece: { pieces: 1 << 21, units: 1 << 25 },
  Unigram: { pieces: 1 << 20, units: 1 << 23 },
};

/** Reads texts as a tokenizer of the plan would, and counts the pieces that its model would see. */
export class Counter {
  readonly #counts: PieceCounts;
  readonly #cutter: Cutter;
  readonly #normalize: (text: string) => string;
  readonly #nothing = new Segments();

  constructor({ kind, normalizer, preTokenizer }: Plan) {
    this.#counts = new PieceCounts(BOUNDS[kind]);
    const made = component(normalizer, 'normalizer', makeNormalizer);
    this.#normalize = (text) => made?.apply(text) ?? text;
    const cuts = component(preTokenizer, 'pretokenizer', makePreTokenizer) ?? [];
    const last = cuts.at(-1);
    this.#cutter = new Cutter(last?.kind === 'rewrite' && last.bytes ? cuts.slice(0, -1) : cuts, this.#counts);
  }

  get size(): number {
    return this.#counts.size;
  }

  read(text: string): void {
    for (let at = 0; at < text.length; ) {
      const end = stretchEnd(text, at);
      const normal = this.#normalize(toUSVString(at === 0 && end === text.length ? text : text.slice(at, end)));
      this.#cutter.run(normal, 0, normal.length, true, this.#nothing);
      at = end;
    }
  }

  pieces(): Pieces {
    return this.#counts.pieces();
  }
}

/** Where a stretch ends: after a line, else before a space, else between two characters. */
const stretchEnd = (text: string, at: number): number => {
  const most = at + STRETCH;
  if (most >= text.length) return text.length;
  const line = text.lastIndexOf('\n', most - 1);
  if (line >= at) return line + 1;
  const space = text.lastIndexOf(' ', most);
  if (space > at) return space;
  return isPair(text, most - 1) ? most - 1 : most;
};
