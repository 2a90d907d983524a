import type { Tokenizer, Tokens } from '../../core/index.ts';
import { errors } from './errors.ts';
import type { LevelsSettings } from './options.ts';

/** Rows of numbers, such as points in the plane: each number is rounded to one of so many equal steps between two bounds, and spelled as the middle of its step. */
export class LevelsTokenizer implements Tokenizer<readonly unknown[]> {
  readonly vocabulary: number;
  /** After the last step. */
  readonly start: number;
  readonly shape: readonly [number];
  readonly fingerprint: string;
  readonly #settings: LevelsSettings;

  /** Throws NUMBERS_BOUNDS. */
  constructor(settings: LevelsSettings) {
    const { fields, low, high, levels } = settings;
    if (!(low < high) || !Number.isFinite(high - low)) throw errors.NUMBERS_BOUNDS(low, high);
    this.#settings = settings;
    this.start = levels;
    this.vocabulary = levels + 1;
    this.shape = [fields];
    this.fingerprint = `levels ${fields} ${low} ${high} ${levels} ${settings.outside}`;
  }

  /** Numbers, or texts that are numbers. Throws NUMBERS_NO_ROW, NUMBERS_COUNT, NUMBERS_NO_NUMBER or NUMBERS_OUTSIDE. */
  tokenize(row: readonly unknown[]): Tokens {
    const { fields } = this.#settings;
    if (!Array.isArray(row)) throw errors.NUMBERS_NO_ROW(show(row), fields);
    if (row.length !== fields) throw errors.NUMBERS_COUNT(row.length, fields);
    return Int32Array.from(row, (value, at) => this.#levelOf(value, at));
  }

  /** A number for each id but `start`. */
  detokenize(tokens: Tokens): number[] {
    const { low, high, levels } = this.#settings;
    return Array.from(tokens)
      .filter((id) => id < levels)
      .map((id) => low + ((id + 0.5) / levels) * (high - low));
  }

  #levelOf(value: unknown, at: number): number {
    const { low, high, levels, outside } = this.#settings;
    const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) throw errors.NUMBERS_NO_NUMBER(at, show(value));
    if (outside === 'refuse' && (number < low || number > high)) throw errors.NUMBERS_OUTSIDE(at, number, low, high);
    return Math.min(levels - 1, Math.max(0, Math.floor(((number - low) / (high - low)) * levels)));
  }
}

const show = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value)).slice(0, 60);
