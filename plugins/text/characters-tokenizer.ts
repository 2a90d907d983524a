import type { Observable } from 'rxjs';
import type { Static } from 'typebox';
import type { Artifact, Detokenizer, FittedTokenizer, ProgressEvent, Tokens } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';
import { fitting } from './fitting.ts';
import { mergeless, saveDescribed } from './hugging-face.ts';
import type { CharactersOptions } from './options.ts';
import { fingerprintOf, loadVocabulary, saveVocabulary } from './vocabulary-file.ts';

const CODE_POINTS = 0x110000;
const FIRST = 3;

/** What stands for a character without an id, written and read. */
const UNKNOWN = '\ufffd';

interface Learned {
  readonly characters: readonly string[];
  /** By code point. */
  readonly ids: Int32Array;
  readonly fingerprint: string;
}

/** One id for each Unicode character (code point) of the training data, in their order. */
export class CharactersTokenizer implements FittedTokenizer<string>, Artifact {
  readonly unknown = 0;
  readonly start = 1;
  readonly stop = 2;
  readonly #minimum: number;
  #learned: Learned | undefined;

  constructor({ min_count }: Static<typeof CharactersOptions>) {
    this.#minimum = min_count;
  }

  get vocabulary(): number {
    return FIRST + this.#known().characters.length;
  }

  get fingerprint(): string {
    return this.#known().fingerprint;
  }

  fit(corpus: AsyncIterable<string>): Observable<ProgressEvent> {
    return fitting(corpus, () => {
      const counts = new Float64Array(CODE_POINTS);
      return {
        name: 'characters',
        cut: (text, from) => (text.codePointAt(from - 1)! > 0xffff ? from + 1 : from),
        count: (piece) => {
          for (let at = 0; at < piece.length; at++) {
            const point = piece.codePointAt(at)!;
            if (point > 0xffff) at++;
            counts[point]!++;
          }
        },
        done: () => {
          const characters: string[] = [];
          counts.forEach((count, point) => {
            if (count >= this.#minimum && point !== 0xfffd) characters.push(String.fromCodePoint(point));
          });
          if (characters.length === 0) throw errors.TEXT_NOTHING_LEARNED('characters', this.#minimum);
          this.#learn(characters);
        },
      };
    });
  }

  tokenize(raw: string): Tokens {
    if (typeof raw !== 'string') throw errors.TEXT_NOT_TEXT('characters', kindOf(raw));
    const { ids } = this.#known();
    const tokens = new Int32Array(raw.length);
    let length = 0;
    for (let at = 0; at < raw.length; at++) {
      const point = raw.codePointAt(at)!;
      if (point > 0xffff) at++;
      tokens[length++] = ids[point] ?? this.unknown;
    }
    return tokens.subarray(0, length);
  }

  /** The unknown character is U+FFFD; start and stop vanish. */
  detokenize(tokens: Tokens): string {
    const { characters } = this.#known();
    let text = '';
    for (const id of tokens) {
      if (id === this.unknown) text += UNKNOWN;
      else if (id !== this.start && id !== this.stop) {
        const character = characters[id - FIRST];
        if (character === undefined) throw errors.TEXT_UNKNOWN_ID('characters', id, this.vocabulary);
        text += character;
      }
    }
    return text;
  }

  detokenizer(): Detokenizer<string> {
    return { push: (fresh) => this.detokenize(fresh), end: () => '' };
  }

  /** Writes what was learned, and the same as others read it. */
  async save(folder: string): Promise<void> {
    const { characters } = this.#known();
    await saveVocabulary(folder, { tokenizer: 'characters', settings: {}, entries: characters });
    await saveDescribed(folder, {
      normalizer: null,
      preTokenizer: null,
      decoder: { type: 'Fuse' },
      model: mergeless(UNKNOWN),
      entries: new Map([UNKNOWN, ...characters].map((character, index) => [index === 0 ? this.unknown : FIRST + index - 1, character])),
      start: this.start,
      stop: this.stop,
      unknown: UNKNOWN,
    });
  }

  async load(folder: string): Promise<void> {
    const entries = await loadVocabulary(folder, { tokenizer: 'characters', settings: {} });
    for (const entry of entries) {
      const length = entry.codePointAt(0)! > 0xffff ? 2 : 1;
      if (entry.length !== length) throw errors.TEXT_BAD_VOCABULARY(folder, `"${entry.slice(0, 20)}" is not one character`);
    }
    this.#learn(entries);
  }

  #learn(characters: readonly string[]): void {
    const points = characters.map((character) => character.codePointAt(0)!);
    const ids = new Int32Array(points.reduce((a, b) => Math.max(a, b), 0) + 1); // every other character is unknown: 0
    points.forEach((point, index) => {
      ids[point] = FIRST + index;
    });
    this.#learned = { characters, ids, fingerprint: fingerprintOf({ tokenizer: 'characters', settings: {}, entries: characters }) };
  }

  #known(): Learned {
    if (!this.#learned) throw errors.TEXT_NOT_FITTED('characters');
    return this.#learned;
  }
}
