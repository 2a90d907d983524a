import { toUSVString } from 'node:util';
import type { Tokens } from '../../../core/index.ts';
import { makeDecoder, spaced } from '../decode/decoder.ts';
import type { Decoder } from '../decode/pieces.ts';
import { errors } from '../errors.ts';
import { Fields } from '../fields.ts';
import { Bpe, byteToken, readsBytes } from '../model/bpe.ts';
import { PieceCache } from '../model/piece-cache.ts';
import { type Model, Segments } from '../model/segments.ts';
import { Unigram } from '../model/unigram.ts';
import { Vocabulary } from '../model/vocabulary.ts';
import { WordLevel } from '../model/word-level.ts';
import { WordPiece } from '../model/word-piece.ts';
import { makeNormalizer } from '../normalize/normalizer.ts';
import type { Normalizer } from '../normalize/rewriter.ts';
import { atSpaces } from '../split/at-spaces.ts';
import { type Cut, makePreTokenizer } from '../split/pre-tokenizer.ts';
import { cut, endOf, startOf } from '../text/aligned.ts';
import { type Allow, type Finders, findersOf } from './added-tokens.ts';
import type { Compiled } from './compiled.ts';
import { Cutter, locate } from './cutter.ts';
import type { Sequence } from './encoding.ts';
import { bare, makeTemplate, type Template } from './template.ts';
import { trim } from './trim.ts';

/** A component of the Hugging Face format, made unless it is null. */
export const component = <T>(value: unknown, place: string, make: (fields: Fields) => T): T | undefined =>
  value === null || value === undefined ? undefined : make(new Fields(value, place));

/** Longer texts are to be read in parts. */
const LONGEST = 1 << 26;

const modelOf = (parts: Compiled['model'], vocabulary: Vocabulary, bytes: boolean): Model => {
  if (parts.type === 'BPE') return new Bpe(parts, vocabulary, bytes);
  if (parts.type === 'WordPiece') return new WordPiece(parts);
  return parts.type === 'Unigram' ? new Unigram(parts, vocabulary) : new WordLevel(parts, vocabulary);
};

/** Text to ids and back, by a compiled tokenizer. */
export class Engine {
  readonly compiled: Compiled;
  readonly vocabulary: Vocabulary;
  readonly template: Template;
  readonly #normalizer: Normalizer | undefined;
  readonly #decoder: Decoder;
  readonly #cuts: readonly Cut[];
  readonly #model: Model;
  readonly #cutter: Cutter;
  readonly #asksFirst: boolean;
  readonly #finders = new Map<Allow, Finders>();
  readonly #special: ReadonlySet<number>;
  /** Added tokens that are found in normalized text, as it spells them. */
  readonly #spelled = new Map<number, string>();
  readonly #bytes: ReadonlySet<number>;
  readonly #out = new Segments();

  constructor(compiled: Compiled) {
    this.compiled = compiled;
    this.vocabulary = new Vocabulary(compiled.vocabulary);
    this.#normalizer = component(compiled.normalizer, 'normalizer', makeNormalizer);
    this.#decoder = component(compiled.decoder, 'decoder', makeDecoder) ?? spaced;
    this.template = component(compiled.postProcessor, 'post_processor', makeTemplate) ?? bare;
    const cuts = component(compiled.preTokenizer, 'pre_tokenizer', makePreTokenizer) ?? [];
    this.#cuts = compiled.cutsAtSpaces ? [...cuts, atSpaces] : cuts;
    this.#asksFirst = cuts.some((one) => one.kind === 'rewrite' && one.first);
    const { model } = compiled;
    const own = new Vocabulary(compiled.vocabulary, compiled.beside);
    const last = cuts.at(-1);
    const bytes =
      model.type === 'BPE' && last?.kind === 'rewrite' && last.bytes === true && !compiled.cutsAtSpaces && readsBytes(model, own);
    this.#model = modelOf(model, own, false);
    const fast = bytes ? modelOf(model, own, true) : this.#model;
    this.#cutter = new Cutter(bytes ? cuts.slice(0, -1) : this.#cuts, new PieceCache(fast));
    this.#special = new Set(compiled.added.filter(({ special }) => special).map(({ id }) => id));
    const runs = JSON.stringify(compiled.decoder)?.includes('"ByteFallback"');
    this.#bytes = new Set(runs ? Array.from({ length: 256 }, (_, byte) => this.vocabulary.find(byteToken(byte))) : []);
    for (const { id, content, normalized } of compiled.added)
      if (normalized && this.#normalizer) this.#spelled.set(id, this.#normalizer.apply(content));
  }

  #findersOf(allow: Allow): Finders {
    const made = this.#finders.get(allow) ?? findersOf(this.compiled.added, allow, this.#normalizer);
    if (typeof allow === 'string') this.#finders.set(allow, made);
    return made;
  }

  #checked(text: string): string {
    if (typeof text !== 'string') throw errors.NOT_TEXT(text === null ? 'null' : typeof text);
    if (text.length > LONGEST) throw errors.TOO_MANY('text', text.length, LONGEST);
    return toUSVString(text);
  }

  /** The ids of a text; special tokens in it are read as the letters they are, unless allowed. */
  tokenize(raw: string, allow: Allow = 'none'): Tokens {
    const text = this.#checked(raw);
    const finders = this.#findersOf(allow);
    const out = this.#out;
    out.length = 0;
    finders.raw(text, (from, to, id) => {
      if (id >= 0) return out.push(id, from, to);
      const part = from === 0 && to === text.length ? text : text.slice(from, to);
      const normal = this.#normalizer ? this.#normalizer.apply(part) : part;
      const first = from === 0 && this.#keepsStart(part, normal);
      finders.normalized(normal, (start, end, token) => {
        if (token >= 0) out.push(token, start, end);
        else this.#cutter.run(normal, start, end, first && start === 0, out);
      });
    });
    return out.ids.slice(0, out.length);
  }

  /** Whether a normalized text begins with what its text begins with, where a pre-tokenizer asks: what follows white space that was stripped does not. */
  #keepsStart(text: string, normal: string): boolean {
    if (!this.#asksFirst || normal === text || normal === '' || !this.#normalizer) return true;
    return startOf(this.#normalizer.align({ text, at: 0 }), 0) === 0;
  }

  /** The same ids with their spans, in units of the text. */
  locate(raw: string, allow: Allow = 'none'): Sequence {
    const text = this.#checked(raw);
    const finders = this.#findersOf(allow);
    const out = new Segments();
    finders.raw(text, (from, to, id) => {
      if (id >= 0) return out.push(id, from, to);
      const part = { text: text.slice(from, to), at: from };
      const normal = this.#normalizer ? this.#normalizer.align(part) : part;
      finders.normalized(normal.text, (start, end, token) => {
        const stretch = cut(normal, start, end);
        if (token < 0) locate(this.#cuts, this.#model, stretch, from === 0 && start === 0 && startOf(stretch, 0) === 0, out);
        else out.push(token, startOf(stretch, 0), endOf(stretch, stretch.text.length - 1));
      });
    });
    const spans = new Int32Array(2 * out.length);
    for (let i = 0; i < out.length; i++) {
      spans[2 * i] = out.starts[i]!;
      spans[2 * i + 1] = out.ends[i]!;
    }
    const ids = out.ids.slice(0, out.length);
    if (this.template.trim) trim(ids, spans, this.vocabulary, this.template.trim.prefixed);
    return { ids, spans };
  }

  /** The token of an id as text is spelled with it; undefined where there is none. */
  token(id: number): string | undefined {
    return this.#spelled.get(id) ?? this.vocabulary.token(id);
  }

  /** Whether an id spells nothing wherever it stands: special tokens do. */
  isSilent(id: number): boolean {
    return this.#special.has(id);
  }

  /** Whether an id is a byte of a run that is spelled when it ends. */
  waits(id: number): boolean {
    return this.#bytes.has(id);
  }

  /** The text of ids, without special tokens unless `special`; ids that no token has spell nothing, and those beyond the vocabulary throw UNKNOWN_ID. `growing`: only what further ids cannot change. */
  detokenize(ids: Tokens, { special = false, growing = false } = {}): string {
    const texts: string[] = [];
    for (const id of ids) {
      const text = this.token(id);
      if (text === undefined && !(id >= 0 && id < this.vocabulary.size)) throw errors.UNKNOWN_ID(id, this.vocabulary.size);
      if (text !== undefined && (special || !this.#special.has(id))) texts.push(text);
    }
    return this.#decoder({ texts, growing, open: false }).texts.join('');
  }
}
