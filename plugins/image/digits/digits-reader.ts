import { setImmediate } from 'node:timers/promises';
import { Value } from 'typebox/value';
import { createRandom, type RawItem, type Reader, type Source } from '../../../core/index.ts';
import { errors } from '../errors.ts';
import { DigitsFile } from '../options.ts';
import { drawDigit } from './draw-digit.ts';

/** So many are drawn before the event loop turns. */
const ABREAST = 64;

/** The most bytes of pictures that are kept. */
const KEPT = 1 << 26;

/** The most bytes that are read. */
const LARGEST = 1 << 16;

/** Digits as they might be written by hand, drawn by rule and labelled, so that pictures are there without a download; a file says how many. */
export class DigitsReader implements Reader {
  readonly extensions = ['digits.json'];
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
  Value.Default(DigitsFile, value);
  if (Value.Check(DigitsFile, value)) return value.digits;
  const [first] = Value.Errors(DigitsFile, value);
  throw errors.IMAGE_DIGITS(name, `${first?.instancePath || 'the whole'} ${first?.message ?? 'is something else'}`);
};
