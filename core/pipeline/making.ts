/** Something that takes time to make, for all who wait for it; it ends where all of them have left. */
export class Making<T> {
  readonly #leaving = new AbortController();
  readonly #hearers = new Set<(word: never) => void>();
  readonly #made: Promise<T>;
  #waiting = 0;
  #settled = false;

  /** `failed` is called where nothing came of it. */
  constructor(make: (say: (word: unknown) => void, signal: AbortSignal) => Promise<T>, failed: () => void) {
    const say = (word: unknown): void => {
      for (const hear of this.#hearers) hear(word as never);
    };
    this.#made = Promise.resolve()
      .then(() => make(say, this.#leaving.signal))
      .finally(() => {
        this.#settled = true;
      });
    this.#made.catch(failed);
  }

  /** Whether it was given up, so that it fails because nobody wanted it. */
  get left(): boolean {
    return this.#leaving.signal.aborted;
  }

  /** When it has come to its end, whatever that was. */
  get over(): Promise<void> {
    return this.#made.then(
      () => undefined,
      () => undefined,
    );
  }

  /** Gives it up, whoever waits. */
  leave(reason: unknown): void {
    if (!this.#settled) this.#leaving.abort(reason);
  }

  /** Waits for it, until `signal` is aborted; the last who leaves gives it up. `say` hears how far it is. */
  async wait(signal?: AbortSignal, say?: (word: never) => void): Promise<T> {
    signal?.throwIfAborted();
    if (this.#settled) return this.#made;
    this.#waiting++;
    if (say) this.#hearers.add(say);
    let stop: (() => void) | undefined;
    const aborted = new Promise<never>((_, reject) => {
      const abort = (): void => reject(signal!.reason);
      signal?.addEventListener('abort', abort, { once: true });
      stop = () => signal?.removeEventListener('abort', abort);
    });
    try {
      return await Promise.race([this.#made, aborted]);
    } catch (error) {
      if (--this.#waiting === 0 && signal?.aborted) this.leave(signal.reason);
      throw error;
    } finally {
      stop!();
      if (say) this.#hearers.delete(say);
    }
  }
}
