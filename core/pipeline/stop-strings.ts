/** Some of a text that is looked through: what is certain of it now, and the stop string that ended it. */
export interface Looked {
  readonly told: string;
  readonly stop?: string;
}

/** A text that grows, looked through for stop strings; what could be the beginning of one is held back until it cannot be. */
export interface Watch {
  /** Some more of it; what comes after a stop string is nobody's. */
  push(text: string): Looked;
  /** What is held back. */
  readonly held: string;
}

/**
 * Finds the first of several texts in a text that comes in pieces, each UTF-16 unit looked at once however they repeat themselves:
 * the automaton of Aho and Corasick (1975). Of those that end together the longest is found.
 */
export class StopStrings {
  readonly #stops: readonly string[];
  /** By state and unit, the state of a text that is one unit longer; state 0 is the empty text. */
  readonly #longer = new Map<number, number>();
  /** By state: the state of the longest end of its text that begins a stop string too. */
  readonly #shorter: number[] = [0];
  /** By state: how long its text is, and of which stop string it is the beginning. */
  readonly #depth: number[] = [0];
  readonly #of: number[] = [0];
  /** By state: the longest stop string that its text ends with; −1: none. */
  readonly #found: number[] = [-1];

  constructor(stops: readonly string[]) {
    this.#stops = stops;
    for (const [at, stop] of stops.entries()) this.#add(stop, at);
    this.#link();
  }

  /** Looks through a text of its own. */
  watch(): Watch {
    const [stops, depths, of, found] = [this.#stops, this.#depth, this.#of, this.#found];
    const next = (state: number, unit: number): number => this.#next(state, unit);
    let state = 0;
    const heldOf = (): string => stops[of[state]!]?.slice(0, depths[state]) ?? '';
    return {
      get held() {
        return heldOf();
      },
      push(text) {
        const held = heldOf();
        for (let i = 0; i < text.length; i++) {
          state = next(state, text.charCodeAt(i));
          if (found[state]! < 0) continue;
          const stop = stops[found[state]!]!;
          state = 0;
          return { told: first(held, text, held.length + i + 1 - stop.length), stop };
        }
        return { told: first(held, text, held.length + text.length - depths[state]!) };
      },
    };
  }

  #add(stop: string, at: number): void {
    let state = 0;
    for (let i = 0; i < stop.length; i++) {
      const key = keyOf(state, stop.charCodeAt(i));
      let to = this.#longer.get(key);
      if (to === undefined) {
        to = this.#depth.push(i + 1) - 1;
        this.#of.push(at);
        this.#found.push(-1);
        this.#shorter.push(0);
        this.#longer.set(key, to);
      }
      state = to;
    }
    if (this.#found[state] === -1) this.#found[state] = at;
  }

  /** From short texts to long ones, as what a text ends with is known of the shorter. */
  #link(): void {
    const edges = [...this.#longer].map(([key, to]) => ({ from: Math.floor(key / UNITS), unit: key % UNITS, to }));
    edges.sort((a, b) => this.#depth[a.to]! - this.#depth[b.to]!);
    for (const { from, unit, to } of edges) {
      const shorter = from === 0 ? 0 : this.#next(this.#shorter[from]!, unit);
      this.#shorter[to] = shorter;
      if (this.#found[to] === -1) this.#found[to] = this.#found[shorter]!;
    }
  }

  #next(from: number, unit: number): number {
    for (let state = from; ; state = this.#shorter[state]!) {
      const to = this.#longer.get(keyOf(state, unit));
      if (to !== undefined) return to;
      if (state === 0) return 0;
    }
  }
}

/** So many units of UTF-16 there are. */
const UNITS = 0x10000;

const keyOf = (state: number, unit: number): number => state * UNITS + unit;

/** The first `length` units of two texts put together. */
const first = (held: string, text: string, length: number): string =>
  length <= held.length ? held.slice(0, length) : held + text.slice(0, length - held.length);
