import { createHash } from 'node:crypto';
import type { Observable } from 'rxjs';
import { type FittedTokenizer, flow, type ProgressEvent, type Tokens } from '../../core/index.ts';
import { errors } from './errors.ts';

/** The most labels that are learned. */
const MOST = 65536;

/** Labels to one id each: those that are stated, else those of the training data, numbers by their size and other names by their letters. */
export class LabelsTokenizer implements FittedTokenizer<unknown> {
  readonly #stated: boolean;
  #names: readonly string[] = [];
  #ids = new Map<string, number>();

  constructor(labels?: number | readonly string[]) {
    this.#stated = labels !== undefined;
    if (labels !== undefined) this.names = typeof labels === 'number' ? Array.from({ length: labels }, (_, id) => String(id)) : labels;
  }

  /** The labels in the order of their ids; none before anything is learned. */
  get names(): readonly string[] {
    return this.#names;
  }

  set names(names: readonly string[]) {
    this.#names = names;
    this.#ids = new Map(names.map((name, id) => [name, id]));
  }

  get vocabulary(): number {
    return this.#names.length;
  }

  get fingerprint(): string {
    return createHash('sha256')
      .update(JSON.stringify(['labels', this.#names]))
      .digest('hex');
  }

  fit(corpus: AsyncIterable<unknown>): Observable<ProgressEvent> {
    return flow(() => this.#learn(corpus));
  }

  tokenize(raw: unknown): Tokens {
    const id = this.#ids.get(String(raw));
    if (id === undefined) throw errors.IMAGE_UNKNOWN_LABEL(raw, this.#names);
    return Int32Array.of(id);
  }

  /** The label's name; of no ids an empty one. */
  detokenize(tokens: Tokens): string {
    const [id] = tokens;
    if (id === undefined) return '';
    const name = this.#names[id];
    if (name === undefined) throw errors.IMAGE_UNKNOWN_LABEL(id, this.#names);
    return name;
  }

  async *#learn(corpus: AsyncIterable<unknown>): AsyncGenerator<ProgressEvent, void> {
    const found = new Set<string>();
    let done = 0;
    for await (const label of corpus) {
      if (this.#stated) this.tokenize(label);
      else if (found.add(String(label)).size > MOST) throw errors.IMAGE_TOO_MANY_LABELS(MOST);
      if (++done % 1024 === 0) yield { done, unit: 'rows' };
    }
    if (!this.#stated) this.names = [...found].sort(inOrder);
    yield { done, total: done, unit: 'rows' };
  }
}

const inOrder = (a: string, b: string): number => Number(a) - Number(b) || (a < b ? -1 : 1);
