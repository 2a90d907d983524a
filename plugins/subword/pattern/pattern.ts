import { errors } from '../errors.ts';
import { after, isPair } from '../text/classes.ts';
import { type Edge, parse } from './parse.ts';
import { compile, type Program, type Step } from './program.ts';
import { looseWord } from './properties.ts';

const BLOCK = 1024;
/** Steps allowed a character: far more than the patterns of tokenizers take. */
const PATIENCE = 200;

/**
 * A regular expression from somebody's file. JavaScript's own engine has no limit of time, so this one remembers every place where a branch
 * failed and never tries it again, and stops where a pattern takes too many steps: the time is linear in the text, whatever the pattern.
 */
export class Pattern {
  readonly source: string;
  readonly #program: Program;

  /** Throws PATTERN_SYNTAX where the source is none, or needs memory of what groups held. */
  constructor(source: string) {
    this.source = source;
    this.#program = compile(parse(source), source);
  }

  /** Calls `found` with the span of every match between `from` and `to`, from left to right; may throw PATTERN_COSTLY. */
  each(text: string, from: number, to: number, found: (start: number, end: number) => void): void {
    const search = new Search(this.#program, text, from, to, { left: PATIENCE * (to - from + 50), source: this.source });
    let last = -1;
    for (let start = from; start <= to; ) {
      const end = search.match(start);
      if (end < 0 || (end === start && end === last)) {
        start = start < to ? after(text, start) : to + 1;
        continue;
      }
      found(start, end);
      last = end;
      search.forget(end);
      start = end > start ? end : start < to ? after(text, start) : to + 1;
    }
  }
}

interface Budget {
  left: number;
  readonly source: string;
}

class Search {
  readonly #steps: readonly Step[];
  readonly #words: number;
  readonly #text: string;
  readonly #from: number;
  readonly #to: number;
  readonly #budget: Budget;
  /** A bit for each split at each place that was tried, in blocks of places. */
  readonly #tried: (Int32Array | undefined)[] = [];
  readonly #inner = new Map<Program, Search>();
  /** Where the run that was last taken by each `run` step ends, so that it is not walked again from its middle. */
  readonly #runs = new Map<Step, readonly [number, number]>();
  #stack = new Int32Array(8);

  constructor(program: Program, text: string, from: number, to: number, budget: Budget) {
    this.#steps = program.steps;
    this.#words = Math.max(1, Math.ceil(program.marks / 32));
    this.#text = text;
    this.#from = from;
    this.#to = to;
    this.#budget = budget;
  }

  /** A match ended at `at`: its own last splits did not fail, and what lies before is not needed again. */
  forget(at: number): void {
    const block = (at - this.#from) >> 10;
    const place = ((at - this.#from) & (BLOCK - 1)) * this.#words;
    this.#tried[block]?.fill(0, place, place + this.#words);
    for (let before = block - 1; before >= 0 && this.#tried[before]; before--) this.#tried[before] = undefined;
  }

  #isNew(mark: number, at: number): boolean {
    const place = at - this.#from;
    const block = (this.#tried[place >> 10] ??= new Int32Array(this.#places(place >> 10) * this.#words));
    const word = (place & (BLOCK - 1)) * this.#words + (mark >> 5);
    const bit = 1 << (mark & 31);
    if ((block[word]! & bit) !== 0) return false;
    block[word] = block[word]! | bit;
    return true;
  }

  /** So many places a block has; the last one fewer. */
  #places(block: number): number {
    return Math.min(BLOCK, this.#to - this.#from + 1 - block * BLOCK);
  }

  /** Where the match that begins at `start` ends; -1 where none does. */
  match(start: number): number {
    let height = 0;
    let at = start;
    let next = 0;
    for (;;) {
      if (--this.#budget.left < 0) throw errors.PATTERN_COSTLY(this.#budget.source);
      const step = this.#steps[next]!;
      if (step.op === 'match') return at;
      let went = true;
      if (step.op === 'set') {
        const codePoint = at < this.#to ? this.#text.codePointAt(at)! : -1;
        went = codePoint >= 0 && step.set.has(codePoint);
        if (went) at += codePoint > 0xffff ? 2 : 1;
        next++;
      } else if (step.op === 'split') {
        went = this.#isNew(step.mark, at);
        if (went) {
          if (height + 2 > this.#stack.length) this.#grow();
          this.#stack[height++] = step.second;
          this.#stack[height++] = at;
          next = step.first;
        }
      } else if (step.op === 'jump') next = step.to;
      else {
        const end = this.#special(step, at);
        went = end >= 0;
        at = end;
        next++;
      }
      if (went) continue;
      if (height === 0) return -1;
      at = this.#stack[--height]!;
      next = this.#stack[--height]!;
    }
  }

  #grow(): void {
    const grown = new Int32Array(this.#stack.length * 2);
    grown.set(this.#stack);
    this.#stack = grown;
  }

  #special(step: Exclude<Step, { op: 'set' | 'split' | 'jump' | 'match' }>, at: number): number {
    if (step.op === 'edge') return this.#isEdge(step.edge, at) ? at : -1;
    if (step.op === 'run') return this.#run(step, at);
    if (step.op === 'atomic') return this.#sub(step.program, at);
    let start = at;
    for (let i = 0; i < step.back; i++) {
      start -= start - 2 >= this.#from && isPair(this.#text, start - 2) ? 2 : 1;
      if (start < this.#from) return step.negative ? at : -1;
    }
    return this.#sub(step.program, start) >= 0 !== step.negative ? at : -1;
  }

  /** Matches a program of its own, with a memory of its own that ends with the match. */
  #sub(program: Program, at: number): number {
    const [only] = program.steps;
    if (program.steps.length === 2 && only!.op === 'set') {
      const codePoint = at < this.#to ? this.#text.codePointAt(at)! : -1;
      return codePoint >= 0 && only!.set.has(codePoint) ? at + (codePoint > 0xffff ? 2 : 1) : -1;
    }
    const search = this.#inner.get(program) ?? new Search(program, this.#text, this.#from, this.#to, this.#budget);
    this.#inner.set(program, search);
    const end = search.match(at);
    search.#tried.length = 0;
    return end;
  }

  #run(step: Step & { op: 'run' }, at: number): number {
    const known = this.#runs.get(step);
    if (known && step.most === Number.POSITIVE_INFINITY && step.least <= 1 && at >= known[0] && at < known[1]) return known[1];
    let end = at;
    let count = 0;
    while (count < step.most && end < this.#to) {
      const codePoint = this.#text.codePointAt(end)!;
      if (!step.set.has(codePoint)) break;
      end += codePoint > 0xffff ? 2 : 1;
      count++;
    }
    if (count > 0) this.#runs.set(step, [at, end]);
    this.#budget.left -= count;
    return count < step.least ? -1 : end;
  }

  #isEdge(edge: Edge, at: number): boolean {
    const [text, from, to] = [this.#text, this.#from, this.#to];
    if (edge === 'text-start') return at === from;
    if (edge === 'text-end') return at === to;
    if (edge === 'last-line-end') return at === to || (at === to - 1 && text.charCodeAt(at) === 10);
    if (edge === 'line-start') return at === from || text.charCodeAt(at - 1) === 10;
    if (edge === 'line-end') return at === to || text.charCodeAt(at) === 10;
    const before = at > from ? text.codePointAt(at - (at - 2 >= from && isPair(text, at - 2) ? 2 : 1))! : 0;
    const behind = at < to ? text.codePointAt(at)! : 0;
    return (looseWord.has(before) !== looseWord.has(behind)) === (edge === 'word');
  }
}
