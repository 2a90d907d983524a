import type { Detokenizer, Tokenizer, Tokens } from '../../../../core/index.ts';
import type { TokenizerSubject } from '../../../../core/laws/index.ts';
import { text } from '../../../../core/laws/index.ts';

/** Start, stop, mask and unknown come before the UTF-16 units. */
const SPECIAL = 4;

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/** A tokenizer that is right: one id a UTF-16 unit, so that half surrogates come back as well. */
export class CodeUnits implements Tokenizer<string> {
  readonly vocabulary: number = SPECIAL + 0x10000;
  readonly start: number = 0;
  readonly stop: number = 1;
  readonly mask: number = 2;
  readonly unknown: number = 3;
  readonly turn: number;

  /** `turn` gives the ids other meanings. */
  constructor(turn = 0) {
    this.turn = turn;
  }

  get fingerprint(): string {
    return `units ${this.turn}`;
  }

  tokenize(raw: string): Tokens {
    return Int32Array.from({ length: raw.length }, (_, i) => SPECIAL + ((raw.charCodeAt(i) + this.turn) & 0xffff));
  }

  detokenize(tokens: Tokens): string {
    return String.fromCharCode(
      ...Array.from(tokens)
        .filter((id) => id >= SPECIAL)
        .map((id) => (id - SPECIAL - this.turn) & 0xffff),
    );
  }

  detokenizer(): Detokenizer<string> {
    let held = '';
    return {
      push: (fresh) => {
        const all = held + this.detokenize(fresh);
        const cut = isHigh(all.charCodeAt(all.length - 1)) ? all.length - 1 : all.length;
        held = all.slice(cut);
        return all.slice(0, cut);
      },
      end: () => held,
    };
  }
}

/** One whose rows are spelled when they have ended. */
export const knowsAtTheEnd = (): Tokenizer<string> => Object.assign(new CodeUnits(), { detokenizer: undefined }) as Tokenizer<string>;

/** One whose detokenizer is certain of nothing before. */
export const tellsAtTheEnd = (): Tokenizer<string> =>
  Object.assign(new CodeUnits(), {
    detokenizer(this: CodeUnits): Detokenizer<string> {
      let all = '';
      return {
        push: (fresh) => {
          all += this.detokenize(fresh);
          return '';
        },
        end: () => all,
      };
    },
  });

/** Any such tokenizer beside one of other ids. */
export const unitsSubject = (tokenizer: Tokenizer<string> = new CodeUnits()): TokenizerSubject =>
  ({ tokenizer, raw: text(), again: new CodeUnits(), others: [new CodeUnits(1)] }) as unknown as TokenizerSubject;
