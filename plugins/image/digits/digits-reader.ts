import { setImmediate } from 'node:timers/promises';
import { createRandom, type RawItem, type Reader, type Source } from '../../../core/declaring.ts';
import { errors } from '../errors.ts';
import { drawDigit } from './draw-digit.ts';

/** So many are drawn before the event loop turns. */
const ABREAST = 64;

/** The most bytes of pictures that are kept. */
const KEPT = 1 << 26;

/** The most bytes that are read. */
const LARGEST = 1 << 16;

/** Digits as they might be written by hand, drawn by rule and labelled, so that pictures are there without a download; a file says how many. */
export class DigitsReader implements Reader {
  /** What was drawn before, by size and seed: a training passes over it again and again. */
  readonly #drawn = new Map<string, RawItem[]>();

  async *read(source: Source): AsyncGenerator<RawItem, void> {
    const { count, size, seed } = await settingsIn(source);
    const key = `${size} ${seed}`;
    const kept = this.#drawn.get(key) ?? [];
    if (count * size * size <= KEPT) this.#drawn.set(key, kept);
    for (let at = 0; at < count; at++) {
      if (!kept[at] && at % ABREAST === 0) await setImmediate();
      const item = kept[at] ?? draw(size, seed, at);
      if (this.#drawn.get(key) === kept) kept[at] = item;
      yield item;
    }
  }
}

/** What a file may say. */
const RANGES = { count: [1, 10_000_000], size: [8, 512], seed: [0, Number.MAX_SAFE_INTEGER] } as const;

const draw = (size: number, seed: number, at: number): RawItem => {
  const random = createRandom(seed, at);
  const digit = Math.floor(random() * 10);
  return { raw: drawDigit(digit, size, random), given: String(digit) };
};

const settingsIn = async ({ name, bytes }: Source): Promise<{ count: number; size: number; seed: number }> => {
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of bytes) {
    text += decoder.decode(part, { stream: true });
    if (text.length > LARGEST) throw errors.IMAGE_DIGITS(name, `it has more than ${LARGEST} characters`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw errors.IMAGE_DIGITS(name, `it is not JSON: ${(cause as Error).message}`).because(cause);
  }
  const fault = (what: string): Error => errors.IMAGE_DIGITS(name, what);
  const { digits, ...rest } = Object(value) as { digits?: unknown };
  if (typeof digits !== 'object' || digits === null || Object.keys(rest).length > 0) throw fault('it holds something else than "digits"');
  const unknown = Object.keys(digits).find((key) => !(key in RANGES));
  if (unknown !== undefined) throw fault(`"${unknown}" is unknown; known are ${Object.keys(RANGES).join(', ')}`);
  const found = { size: 16, seed: 0, ...digits } as { count: number; size: number; seed: number };
  for (const [key, [least, most]] of Object.entries(RANGES)) {
    const number = found[key as keyof typeof found];
    if (!Number.isInteger(number) || number < least || number > most)
      throw fault(`"${key}" is ${JSON.stringify(number)}, not a whole number from ${least} to ${most}`);
  }
  return found;
};
