import type { Detokenizer, Tokenizer, Tokens } from '../../../../core/index.ts';
import type { TokenizerSubject } from '../../../../core/laws/index.ts';
import { CodeUnits, unitsSubject } from '../honest/code-units.ts';

/** A tokenizer that passes its texts through UTF-8. */
export class LosesSurrogates extends CodeUnits {
  override tokenize(raw: string): Tokens {
    return super.tokenize(Buffer.from(raw).toString());
  }
}

class TooFewIds extends CodeUnits {
  override readonly vocabulary = 0xd800;
}

const SPACE = 4 + 32;

class SpellsStop extends CodeUnits {
  override tokenize(raw: string): Tokens {
    return super.tokenize(raw).map((id) => (id === SPACE ? this.stop : id));
  }
}

class ShowsSpecials extends CodeUnits {
  override detokenize(tokens: Tokens): string {
    return Array.from(tokens, (id) => (id === this.stop ? '</s>' : super.detokenize(Int32Array.of(id)))).join('');
  }
}

class ReusesItsBuffer extends CodeUnits {
  readonly #buffer = new Int32Array(4096);
  override tokenize(raw: string): Tokens {
    const ids = super.tokenize(raw);
    this.#buffer.set(ids);
    return this.#buffer.subarray(0, ids.length);
  }
}

class NeedsWholePairs extends CodeUnits {
  override detokenize(tokens: Tokens): string {
    const text = super.detokenize(tokens);
    encodeURIComponent(text);
    return text;
  }
}

class TrimsOnce extends CodeUnits {
  override detokenize(tokens: Tokens): string {
    return super.detokenize(tokens).replace(/ $/, '');
  }
}

class ForgetsTheEnd extends CodeUnits {
  override detokenizer(): Detokenizer<string> {
    return { ...super.detokenizer(), end: () => '' };
  }
}

class OneForAll extends CodeUnits {
  readonly #only = super.detokenizer();
  override detokenizer(): Detokenizer<string> {
    return this.#only;
  }
}

class AlwaysTheSamePrint extends CodeUnits {
  override get fingerprint(): string {
    return 'units';
  }
}

class MaskOutside extends CodeUnits {
  override readonly mask = this.vocabulary;
}

const of = (tokenizer: Tokenizer<string>, more: Partial<TokenizerSubject> = {}) => ({ ...unitsSubject(tokenizer), ...more });

/** A broken tokenizer for each law. */
export const tokenizers: Readonly<Record<string, () => TokenizerSubject>> = {
  'tokenize/round-trip': () => of(new LosesSurrogates()),
  'tokenize/in-vocabulary': () => of(new TooFewIds()),
  'tokenize/no-specials': () => of(new SpellsStop()),
  'tokenize/specials-vanish': () => of(new ShowsSpecials()),
  'tokenize/repeatable': () => of(new ReusesItsBuffer()),
  'tokenize/any-ids': () => of(new NeedsWholePairs()),
  'tokenize/settles': () => of(new TrimsOnce()),
  'tokenize/stream-joins': () => of(new ForgetsTheEnd()),
  'tokenize/streams-apart': () => of(new OneForAll()),
  'tokenize/fingerprint-tells': () =>
    of(new AlwaysTheSamePrint(), { again: new AlwaysTheSamePrint(), others: [new AlwaysTheSamePrint(1)] } as never),
  'tokenize/specials-apart': () => of(new MaskOutside()),
};
