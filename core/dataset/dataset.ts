import { createRandom } from '../data/random.ts';
import type { Definition } from '../definition/schema.ts';
import { errors } from '../errors.ts';
import type { ChosenStage, StageContainer } from '../plugin/container.ts';
import { capabilitiesOf, type Registry } from '../plugin/registry.ts';
import { validate } from '../settings/validate.ts';
import type { RawItem } from '../stages/read.ts';
import { endingOf, findFiles, hashFiles } from './files.ts';
import { checkItem, type NamedReader, reading, unread } from './reading.ts';

/** Where data is, and with what it is read. */
export interface DatasetSource {
  readonly data: NonNullable<Definition['data']>;
  /** The folder that paths are relative to. */
  readonly base: string;
  /** The pipeline's own file. */
  readonly self?: string | undefined;
  readonly read: ChosenStage | undefined;
  readonly tokenize: ChosenStage;
  /** Draws the held-out rows, where they are shuffled. */
  readonly seed: number;
}

type Part = 'train' | 'valid';

/** After so many milliseconds of items that come at once, the event loop has a turn. */
const TURN = 5;

/** Raw items to learn from and to hold out, read anew at every pass. */
export class Dataset {
  readonly #place: DatasetSource;
  readonly #files: { readonly train: readonly string[]; readonly valid: readonly string[] };
  readonly #readerOf: (file: string) => NamedReader;
  #split: Promise<Split> | undefined;

  private constructor(
    place: DatasetSource,
    files: { train: readonly string[]; valid: readonly string[] },
    readerOf: (file: string) => NamedReader,
  ) {
    this.#place = place;
    this.#files = files;
    this.#readerOf = readerOf;
  }

  /** Finds the files and the readers; throws where there are none. */
  static async open(place: DatasetSource, registry: Registry, container: StageContainer): Promise<Dataset> {
    const { data, base, self } = place;
    const train = await findFiles(data.train, base, self);
    const valid = Array.isArray(data.valid) ? await findFiles(data.valid, base, self) : [];
    const readers = new Map<string, NamedReader>();
    const named = place.read ? new Map([['', place.read]]) : byExtension(registry);
    const ending = (file: string): string => endingOf(file, named.keys())!;
    for (const end of new Set([...train, ...valid].map(ending))) {
      const chosen = named.get(end)!;
      const settings = { ...(chosen.settings as object), ...(typeof data.rows === 'object' ? data.rows : { rows: data.rows }) };
      const schema = chosen.definition.options;
      const [fault] = schema ? validate(schema, settings) : [];
      if (fault) throw errors.READER_ROWS(chosen.name, `*${end}`, fault.message);
      checkRaw({ ...chosen, settings }, place.tokenize);
      readers.set(end, { name: chosen.name, reader: await container.make('read', { ...chosen, settings }) });
    }
    return new Dataset(place, { train, valid }, (file) => readers.get(ending(file))!);
  }

  get files(): readonly string[] {
    return this.#files.train;
  }

  /** Changes with what the files hold, and with how it is split into rows and held out. */
  async fingerprint(): Promise<string> {
    const { valid, rows, shuffle } = this.#place.data;
    const held = Array.isArray(valid) ? await this.#hash('valid') : valid;
    return `${await this.#hash('train')} ${JSON.stringify([held, rows, shuffle, this.#place.read?.settings])}`;
  }

  #hash(part: Part): Promise<string> {
    return hashFiles(this.#files[part].flatMap((file) => [file, ...(this.#readerOf(file).reader.beside?.(file) ?? [])]));
  }

  /** What is learned from. */
  train(): AsyncIterable<RawItem> {
    return this.#part('train');
  }

  /** What is held out; nothing where `valid` is 0. */
  valid(): AsyncIterable<RawItem> {
    return this.#part('valid');
  }

  async *#part(part: Part): AsyncGenerator<RawItem> {
    if (Array.isArray(this.#place.data.valid)) {
      yield* this.#items(this.#files[part]);
      return;
    }
    this.#split ??= this.#measure();
    const { border, drawn } = await this.#split;
    let begin = 0;
    for await (const item of this.#items(this.#files.train)) {
      const end = begin + this.#sizeOf(item);
      if (drawn) {
        if ((drawn[begin] === 1) === (part === 'valid')) yield item;
      } else if (end <= border) {
        if (part === 'train') yield item;
      } else if (begin >= border) {
        if (part === 'valid') yield item;
      } else {
        const text = item.raw as string;
        const cut = cutNear(text, border - begin);
        yield { ...item, raw: part === 'train' ? text.slice(0, cut) : text.slice(cut) };
      }
      begin = end;
      if (part === 'train' && !drawn && begin >= border) return;
    }
  }

  /** Documents count by their characters, so that one long text can be cut in two; rows of any other kind count one each. */
  #sizeOf({ raw }: RawItem): number {
    const { rows, valid, shuffle } = this.#place.data;
    return rows === 'document' && typeof raw === 'string' && (valid as number) < 1 && !shuffle ? raw.length : 1;
  }

  /** One pass over everything, to know where the held-out part begins, or which rows it is drawn from. */
  async #measure(): Promise<Split> {
    const valid = this.#place.data.valid as number;
    let total = 0;
    for await (const item of this.#items(this.#files.train)) total += this.#sizeOf(item);
    const border = valid < 1 ? Math.round(total * (1 - valid)) : Math.max(0, total - valid);
    return this.#place.data.shuffle ? { border, drawn: draw(total, total - border, this.#place.seed) } : { border };
  }

  /** Whatever is done with each item, timers and sockets have their turn between them. */
  async *#items(files: readonly string[]): AsyncGenerator<RawItem> {
    let turn = performance.now();
    for (const file of files) {
      const reader = this.#readerOf(file);
      let count = 0;
      try {
        for await (const item of reading(reader, file)) {
          checkItem(item, ++count, reader, file);
          if (performance.now() - turn > TURN) {
            await new Promise(setImmediate);
            turn = performance.now();
          }
          yield item;
        }
      } catch (error) {
        throw unread(error, reader, file);
      }
    }
  }
}

/** How much belongs to the training part; or, where rows are drawn, a 1 for each that is held out. */
interface Split {
  readonly border: number;
  readonly drawn?: Uint8Array;
}

/** So many of so many, each set as likely as any other (Knuth's selection sampling). */
const draw = (total: number, wanted: number, seed: number): Uint8Array => {
  const random = createRandom(seed, 0x5eed);
  const drawn = new Uint8Array(total);
  for (let row = 0, left = wanted; row < total; row++) {
    if (random() * (total - row) >= left) continue;
    drawn[row] = 1;
    left--;
  }
  return drawn;
};

/** A document is cut after the line in which the border falls, if that ends soon; else where the border is, but never inside a character. */
const cutNear = (text: string, border: number): number => {
  const newline = text.indexOf('\n', border);
  if (newline >= 0 && newline - border < 2000) return newline + 1;
  const code = text.charCodeAt(border);
  return code >= 0xdc00 && code <= 0xdfff ? border + 1 : border;
};

/** Every reader by the endings it reads; `''` is the one that reads text, for endings that nobody claims. */
const byExtension = (registry: Registry): Map<string, ChosenStage> => {
  const found = new Map<string, ChosenStage>();
  for (const offer of registry.offers('read')) {
    const chosen: ChosenStage = { ...offer, settings: {} };
    for (const extension of offer.definition.extensions ?? []) found.set(extension, chosen);
    if (offer.name === 'text') found.set('', chosen);
  }
  return found;
};

const checkRaw = (reader: ChosenStage, tokenizer: ChosenStage): void => {
  const reads = capabilitiesOf(reader, reader.settings).raw;
  const spells = capabilitiesOf(tokenizer, tokenizer.settings).raw;
  if (reads && spells && reads !== spells) throw errors.RAW_MISFIT(reader.name, reads, tokenizer.name, spells);
};
