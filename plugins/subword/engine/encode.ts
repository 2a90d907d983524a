import type { Allow } from './added-tokens.ts';
import type { Padding, Truncation } from './compiled.ts';
import { assemble, type Encoding, pad, truncate } from './encoding.ts';
import type { Engine } from './engine.ts';
import { bare } from './template.ts';

/** How texts are made ready for a model. */
export interface EncodeOptions {
  /** Whether special tokens are put around texts; absent: yes. */
  readonly special?: boolean;
  /** Special tokens that a text may hold; the others are read as the letters they are. Absent: none may. */
  readonly allow?: Allow;
  /** Absent: as the tokenizer's file has it; undefined: not at all. */
  readonly truncation?: Truncation | undefined;
  /** The same for padding. */
  readonly padding?: Padding | undefined;
}

/** A text, or two that belong together: a question and where its answer stands. */
export type Input = string | readonly [text: string, pair: string];

const one = (engine: Engine, input: Input, { special = true, allow = 'none', ...options }: EncodeOptions): Encoding => {
  const texts = typeof input === 'string' ? [input] : input;
  const template = special ? engine.template : bare;
  const slots = texts.length === 1 ? template.single : template.pair;
  const truncation = 'truncation' in options ? options.truncation : engine.compiled.truncation;
  const sequences = texts.map((text) => engine.locate(text, allow));
  if (!truncation) return assemble(sequences, slots);
  const around = slots.reduce((sum, slot) => sum + ('ids' in slot ? slot.ids.length : 0), 0);
  const [first = [], second] = truncate(sequences, truncation, around);
  const all = first.flatMap((window) => (second ?? [undefined]).map((other) => assemble(other ? [window, other] : [window], slots)));
  return { ...all[0]!, overflowing: all.slice(1) };
};

/** Texts as a model reads them, in a batch made equally long where there is padding. */
export const encode = (engine: Engine, inputs: readonly Input[], options: EncodeOptions = {}): readonly Encoding[] => {
  const encodings = inputs.map((input) => one(engine, input, options));
  const padding = 'padding' in options ? options.padding : engine.compiled.padding;
  return padding ? pad(encodings, padding) : encodings;
};
