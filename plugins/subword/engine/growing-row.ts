import type { Detokenizer, Tokens } from '../../../core/index.ts';
import type { Engine } from './engine.ts';

/** So many ids are spelled together; beyond, the oldest are let go, and so many kept. */
const MOST = 24;
const KEPT = 8;

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
    let due = 0;
    for (const id of fresh) {
      if (this.#engine.isSilent(id)) continue;
      this.#ids.push(id);
      if (this.#engine.waits(id)) continue;
      if (++due < MOST) continue;
      said += this.#go();
      due = 0;
    }
    return due === 0 ? said : said + this.#go();
  }

  end(): string {
    const said = this.#tell(false);
    this.#ids = [];
    this.#told = 0;
    return said;
  }

  #go(): string {
    const said = this.#tell(true);
    if (this.#ids.length > MOST) this.#forget();
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
