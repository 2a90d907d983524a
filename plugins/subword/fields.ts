import { errors } from './errors.ts';

/** One object of a tokenizer file, read field by field; every fault names the place. */
export class Fields {
  readonly place: string;
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(value: unknown, place: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw errors.BAD_FIELD(place, 'an object', shown(value));
    this.#value = value as Readonly<Record<string, unknown>>;
    this.place = place;
  }

  get(key: string): unknown {
    return Object.hasOwn(this.#value, key) ? this.#value[key] : undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined && this.get(key) !== null;
  }

  /** Throws BAD_FIELD for `key`, of which `wanted` is told. */
  fail(key: string, wanted: string): never {
    throw errors.BAD_FIELD(`${this.place}.${key}`, wanted, shown(this.get(key)));
  }

  string(key: string, absent?: string): string {
    const value = this.get(key) ?? absent;
    return typeof value === 'string' ? value : this.fail(key, 'a text');
  }

  boolean(key: string, absent?: boolean): boolean {
    const value = this.get(key) ?? absent;
    return typeof value === 'boolean' ? value : this.fail(key, 'true or false');
  }

  /** A whole number from `least` on. */
  whole(key: string, absent?: number, least = 0): number {
    const value = this.get(key) ?? absent;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value < 2 ** 31
      ? value
      : this.fail(key, `a whole number from ${least}`);
  }

  choice<T extends string>(key: string, known: readonly T[], absent?: T): T {
    const value = this.get(key) ?? absent;
    return known.find((one) => one === value) ?? this.fail(key, `one of ${known.join(', ')}`);
  }

  list(key: string, absent?: readonly unknown[]): readonly unknown[] {
    const value = this.get(key) ?? absent;
    return Array.isArray(value) ? value : this.fail(key, 'a list');
  }

  object(key: string): Fields {
    return new Fields(this.get(key), `${this.place}.${key}`);
  }

  objects(key: string, absent?: readonly unknown[]): readonly Fields[] {
    return this.list(key, absent).map((value, i) => new Fields(value, `${this.place}.${key}[${i}]`));
  }
}

/** A value as an error shows it, cut short. */
export const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80));

/** Makes a component by its `type`, from a shelf of makers; throws UNKNOWN_COMPONENT. */
export const make = <T>(fields: Fields, makers: Readonly<Record<string, (fields: Fields) => T>>): T => {
  const type = fields.string('type');
  const maker = Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (!maker) throw errors.UNKNOWN_COMPONENT(fields.place, type.slice(0, 80), Object.keys(makers));
  return maker(fields);
};
