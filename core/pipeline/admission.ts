import { errors } from '../errors.ts';

/** How requests share a backend. */
export interface Batching {
  /** How many rows share a pass. */
  readonly width: number;
  /** How many tokens a pass reads. */
  readonly chunk: number;
  /** How many requests may wait beside those that fill a pass. */
  readonly queue: number;
}

/** Counts the requests that are open. In the order in which they came, those that fill a pass run; the others wait, though they take turns with them, and not too many may. */
export class Admission {
  readonly #name: string;
  readonly #batching: Batching;
  readonly #open = new Set<{ readonly rows: number }>();

  constructor(name: string, batching: Batching) {
    this.#name = name;
    this.#batching = batching;
  }

  /** Lets a request of so many rows in; answers what it calls when it has ended. Throws QUEUE_FULL. */
  enter(rows: number): () => void {
    const { width, queue } = this.#batching;
    let filled = 0;
    let running = 0;
    for (const one of this.#open) {
      if (filled >= width) break;
      filled += one.rows;
      running++;
    }
    if (filled >= width && this.#open.size - running >= queue) throw errors.QUEUE_FULL(this.#name, queue);
    const request = { rows: Math.max(1, Math.min(rows, width)) };
    this.#open.add(request);
    return () => {
      this.#open.delete(request);
    };
  }
}
