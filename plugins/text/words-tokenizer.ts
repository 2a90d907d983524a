import type { Observable } from 'rxjs';
import type { Static } from 'typebox';
import type { Artifact, Detokenizer, FittedTokenizer, ProgressEvent, Tokens } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';
import { fitting } from './fitting.ts';
import { saveDescribed } from './hugging-face.ts';
import type { WordsOptions } from './options.ts';
import { isSpace, patternOf, splitAtSpace, splitPunctuation } from './split.ts';
import { fingerprintOf, loadVocabulary, saveVocabulary } from './vocabulary-file.ts';

const FIRST = 3;

/** More keys than this no map of JavaScript takes. */
const MOST_WORDS = 16_000_000;

/** What stands for a word without an id, written and read. */
const UNKNOWN = '<unk>';

interface Learned {
  readonly words: readonly string[];
  readonly ids: ReadonlyMap<string, number>;
  readonly fingerprint: string;
}

/** One id for each word of the training data, the most frequent first. */
export class WordsTokenizer implements FittedTokenizer<string>, Artifact {
  readonly unknown = 0;
  readonly start = 1;
  readonly stop = 2;
  readonly #settings: Static<typeof WordsOptions>;
  #learned: Learned | undefined;

  constructor(settings: Static<typeof WordsOptions>) {
    this.#settings = settings;
  }

  get vocabulary(): number {
    return FIRST + this.#known().words.length;
  }

  get fingerprint(): string {
    return this.#known().fingerprint;
  }

  fit(corpus: AsyncIterable<string>): Observable<ProgressEvent> {
    const { min_count } = this.#settings;
    return fitting(corpus, () => {
      const counts = new Map<string, number>();
      const one = (word: string): void => {
        const count = counts.get(word);
        if (count !== undefined) counts.set(word, count + 1);
        else if (counts.size < MOST_WORDS) counts.set(owned(word), 1);
        else throw errors.TEXT_TOO_MANY_WORDS(MOST_WORDS);
      };
      return {
        name: 'words',
        cut: (text, from) => {
          let at = from;
          while (at < text.length && !isSpace(text.charCodeAt(at))) at++;
          return at;
        },
        count: (piece) => this.#split(piece, one),
        done: () => {
          counts.delete(UNKNOWN);
          const known = [...counts].filter(([, count]) => count >= min_count);
          if (known.length === 0) throw errors.TEXT_NOTHING_LEARNED('words', min_count);
          known.sort(([a, i], [b, j]) => j - i || (a < b ? -1 : 1));
          this.#learn(known.map(([word]) => word));
        },
      };
    });
  }

  tokenize(raw: string): Tokens {
    if (typeof raw !== 'string') throw errors.TEXT_NOT_TEXT('words', kindOf(raw));
    const { ids } = this.#known();
    let tokens = new Int32Array(16 + (raw.length >> 2));
    let length = 0;
    this.#split(raw, (word) => {
      if (length === tokens.length) {
        const longer = new Int32Array(length * 2);
        longer.set(tokens);
        tokens = longer;
      }
      tokens[length++] = ids.get(word) ?? this.unknown;
    });
    return tokens.subarray(0, length);
  }

  /** Words are joined by a space; the unknown word is `<unk>`; start and stop vanish. */
  detokenize(tokens: Tokens): string {
    return this.detokenizer().push(tokens);
  }

  detokenizer(): Detokenizer<string> {
    const { words } = this.#known();
    let begun = false;
    const push = (fresh: Tokens): string => {
      let text = '';
      for (const id of fresh) {
        if (id === this.start || id === this.stop) continue;
        const word = id === this.unknown ? UNKNOWN : words[id - FIRST];
        if (word === undefined) throw errors.TEXT_UNKNOWN_ID('words', id, this.vocabulary);
        text += begun ? ` ${word}` : word;
        begun = true;
      }
      return text;
    };
    return { push, end: () => '' };
  }

  /** Writes what was learned, and the same as others read it, where they can: they lower each capital Σ alike, also at the end of a word. */
  async save(folder: string): Promise<void> {
    const { words } = this.#known();
    const { lowercase, punctuation } = this.#settings;
    await saveVocabulary(folder, { ...this.#identity(), entries: words });
    if (lowercase && words.some((word) => /[σς]/.test(word))) return;
    const entries = new Map(words.map((word, index) => [FIRST + index, word]));
    await saveDescribed(folder, {
      normalizer: lowercase ? { type: 'Lowercase' } : null,
      preTokenizer: {
        type: 'Split',
        pattern: { Regex: patternOf(punctuation, UNKNOWN) },
        behavior: 'Removed',
        invert: true,
      },
      decoder: null,
      model: { type: 'WordLevel', unk_token: UNKNOWN },
      entries: entries.set(this.unknown, UNKNOWN),
      start: this.start,
      stop: this.stop,
      unknown: UNKNOWN,
    });
  }

  async load(folder: string): Promise<void> {
    this.#learn(await loadVocabulary(folder, this.#identity()));
  }

  #split(text: string, each: (word: string) => void): void {
    const { lowercase, punctuation } = this.#settings;
    const split = punctuation === 'split' ? splitPunctuation : splitAtSpace;
    const lowered = lowercase ? text.toLowerCase() : text;
    if (!lowered.includes(UNKNOWN) || punctuation === 'keep') split(lowered, each);
    else
      lowered.split(UNKNOWN).forEach((part, index) => {
        if (index > 0) each(UNKNOWN);
        split(part, each);
      });
  }

  #identity() {
    const { lowercase, punctuation } = this.#settings;
    return { tokenizer: 'words', settings: { lowercase, punctuation } };
  }

  #learn(words: readonly string[]): void {
    const ids = new Map(words.map((word, index) => [word, FIRST + index]));
    this.#learned = { words, ids, fingerprint: fingerprintOf({ ...this.#identity(), entries: words }) };
  }

  #known(): Learned {
    if (!this.#learned) throw errors.TEXT_NOT_FITTED('words');
    return this.#learned;
  }
}

/** A copy that does not keep the text alive from which a longer word was cut. */
const owned = (word: string): string => (word.length < 13 ? word : Buffer.from(word, 'utf16le').toString('utf16le'));
