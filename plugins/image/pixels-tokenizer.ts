import { createHash } from 'node:crypto';
import type { Observable } from 'rxjs';
import type { Static } from 'typebox';
import { type Artifact, createRandom, type FittedTokenizer, flow, type ProgressEvent, type Random, type Tokens } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';
import { type Form, type Image, isImage, measures } from './image.ts';
import { LabelsTokenizer } from './labels-tokenizer.ts';
import type { PixelsOptions } from './options.ts';
import { loadPixels, savePixels } from './pixels-file.ts';

/** One id for each value of a picture, row after row, a pixel's colours side by side: ids 0 to levels − 1 are levels, the next is `start`. */
export class PixelsTokenizer implements FittedTokenizer<Image>, Artifact {
  readonly vocabulary: number;
  readonly start: number;
  /** Labels. */
  readonly given: LabelsTokenizer;
  readonly draws: boolean;
  readonly #settings: Static<typeof PixelsOptions>;
  /** The level of each value, where none is drawn. */
  readonly #levels: Int32Array;
  readonly #values: Uint8Array;
  #form: Form | undefined;

  constructor(settings: Static<typeof PixelsOptions>) {
    const { levels, rounding, labels } = settings;
    this.#settings = { levels, rounding, ...(labels !== undefined && { labels }) };
    this.vocabulary = levels + 1;
    this.start = levels;
    this.draws = rounding === 'stochastic';
    this.given = new LabelsTokenizer(labels);
    const steps = levels - 1;
    const from = typeof rounding === 'number' ? rounding : 0.5;
    this.#levels = Int32Array.from({ length: 256 }, (_, value) => {
      const below = Math.floor((value * steps) / 255);
      return (value * steps - 255 * below) / 255 < from ? below : below + 1;
    });
    this.#values = Uint8Array.from({ length: levels }, (_, level) => Math.round((level * 255) / steps));
  }

  /** [height, width], and the number of channels where there are colours. */
  get shape(): readonly number[] {
    const { height, width, channels } = this.#known();
    return channels === 1 ? [height, width] : [height, width, channels];
  }

  get fingerprint(): string {
    const { levels, rounding } = this.#settings;
    return createHash('sha256')
      .update(JSON.stringify(['pixels', levels, rounding, this.shape]))
      .digest('hex');
  }

  /** Learns the pictures' shape, which all have in common. */
  fit(corpus: AsyncIterable<Image>): Observable<ProgressEvent> {
    return flow(() => this.#learn(corpus));
  }

  /** Without `random` what is drawn depends on the picture alone. */
  tokenize(raw: Image, random?: Random): Tokens {
    const { data } = this.#checked(raw);
    if (this.draws) return this.#drawn(data, random ?? createRandom(hashOf(data)));
    const levels = this.#levels;
    const tokens = new Int32Array(data.length);
    for (let at = 0; at < data.length; at++) tokens[at] = levels[data[at]!]!;
    return tokens;
  }

  /** What a row lacks is black, what it has too much is left out. */
  detokenize(tokens: Tokens): Image {
    const { height, width, channels } = this.#known();
    const data = new Uint8Array(height * width * channels);
    let length = 0;
    for (const id of tokens) {
      if (id < 0 || id >= this.vocabulary) throw errors.IMAGE_UNKNOWN_ID(id, this.vocabulary);
      if (id !== this.start && length < data.length) data[length++] = this.#values[id]!;
    }
    return { width, height, channels, data };
  }

  save(folder: string): Promise<void> {
    return savePixels(folder, { form: this.#known(), labels: this.given.names, settings: this.#settings });
  }

  async load(folder: string): Promise<void> {
    const { form, labels } = await loadPixels(folder, this.#settings);
    this.#form = form;
    this.given.names = labels;
  }

  async *#learn(corpus: AsyncIterable<Image>): AsyncGenerator<ProgressEvent, void> {
    this.#form = undefined;
    let done = 0;
    let [least, most] = [255, 0];
    let only = '';
    for await (const image of corpus) {
      if (!isImage(image)) throw errors.IMAGE_NOT_IMAGE('pixels', kindOf(image));
      const { height, width, channels, data, name = 'a picture' } = image;
      only ||= name;
      this.#form ??= { height, width, channels };
      this.#checked(image);
      for (let at = 0; at < data.length; at++) {
        const value = data[at]!;
        if (value < least) least = value;
        if (value > most) most = value;
      }
      if (++done % 1024 === 0) yield { done, unit: 'rows' };
    }
    if (done === 1) throw errors.IMAGE_ONE_ONLY(only);
    if (done > 0 && (this.draws ? least === most : this.#levels[least] === this.#levels[most]))
      throw errors.IMAGE_CONSTANT(done, this.#levels[least]!);
    yield { done, total: done, unit: 'rows' };
  }

  /** One of the two levels beside each value, the nearer the likelier. */
  #drawn(data: Uint8Array, random: Random): Tokens {
    const steps = this.#settings.levels - 1;
    const tokens = new Int32Array(data.length);
    for (let at = 0; at < data.length; at++) {
      const scaled = data[at]! * steps;
      const level = Math.floor(scaled / 255);
      const rest = scaled - 255 * level;
      tokens[at] = rest > 0 && random() * 255 < rest ? level + 1 : level;
    }
    return tokens;
  }

  #known(): Form {
    if (!this.#form) throw errors.IMAGE_NOT_FITTED();
    return this.#form;
  }

  #checked(raw: Image): Image {
    const form = this.#known();
    if (!isImage(raw)) throw errors.IMAGE_NOT_IMAGE('pixels', kindOf(raw));
    if (raw.height !== form.height || raw.width !== form.width || raw.channels !== form.channels)
      throw errors.IMAGE_MIXED(raw.name ?? 'A picture', measures(form), measures(raw));
    return raw;
  }
}

/** A hash of 32 bits (FNV-1a). */
const hashOf = (data: Uint8Array): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < data.length; at++) hash = Math.imul(hash ^ data[at]!, 0x01000193);
  return hash >>> 0;
};
