import type { Detokenizer, Tokens } from '../../../core/index.ts';
import type { Engine } from './engine.ts';

/** So many ids are spelled together; beyond, the oldest are let go, and so many kept. */
const MOST = 64;
const KEPT = 16;

/** A row that grows: tells what further ids cannot change, in time that does not grow with the row. */
export class GrowingRow implements Detokenizer<string> {
  readonly #engine: Engine;
  /** The last ids, and how much of what they spell was told. */
  #ids: number[] = [];
  #told = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  push(fresh: Tokens): string {
    let said = '';
    for (let at = 0; at < fresh.length; at += MOST) {
      for (const id of fresh.subarray(at, at + MOST)) this.#ids.push(id);
      said += this.#tell(true);
      if (this.#ids.length > MOST) this.#forget();
    }
    return said;
  }

  end(): string {
    const said = this.#tell(false);
    this.#ids = [];
    this.#told = 0;
    return said;
  }

  #tell(growing: boolean): string {
    const text = this.#engine.detokenize(Int32Array.from(this.#ids), { growing });
    const said = text.slice(this.#told);
    this.#told = Math.max(this.#told, text.length);
    return said;
  }

  /** Lets the oldest ids go where those that stay spell something: what is held back then hangs on them alone. */
  #forget(): void {
    const kept = this.#ids.slice(-KEPT);
    const text = this.#engine.detokenize(Int32Array.from(kept), { growing: true });
    if (text === '') return;
    this.#ids = kept;
    this.#told = text.length;
  }
}
