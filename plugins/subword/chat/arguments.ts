import { isText, isTrue, named, type Value } from './values.ts';

/** What a filter, test or method was given, by the names of its parameters. */
export class Given {
  readonly #what: string;
  readonly #values: ReadonlyMap<string, Value>;

  /** Throws where there are more than it takes, or one by a name that it has not. */
  constructor(what: string, parameters: readonly string[], placed: readonly Value[], byName: ReadonlyMap<string, Value> = new Map()) {
    this.#what = what;
    if (placed.length > parameters.length)
      throw new Error(`${what} takes at most ${parameters.length} arguments here, not ${placed.length}`);
    const values = new Map(placed.map((value, i) => [parameters[i]!, value]));
    for (const [name, value] of byName) {
      if (!parameters.includes(name)) throw new Error(`${what} takes no "${name}" here`);
      if (values.has(name)) throw new Error(`${what} is given "${name}" twice`);
      values.set(name, value);
    }
    this.#values = values;
  }

  /** The value of a parameter, undefined where it is absent or none. */
  get(name: string): Value | undefined {
    const value = this.#values.get(name);
    return value?.type === 'NullValue' ? undefined : value;
  }

  /** The value of a parameter, none included. */
  any(name: string): Value | undefined {
    return this.#values.get(name);
  }

  flag(name: string, absent = false): boolean {
    const value = this.#values.get(name);
    return value ? isTrue(value) : absent;
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    if (value && !isText(value)) throw this.#wrong(name, 'a text', value);
    return value?.value;
  }

  whole(name: string): number | undefined {
    const value = this.get(name);
    if (value && value.type !== 'IntegerValue') throw this.#wrong(name, 'an integer', value);
    return value?.value as number | undefined;
  }

  needed<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw new Error(`${this.#what} needs "${name}"`);
    return value;
  }

  #wrong(name: string, wanted: string, found: Value): Error {
    return new Error(`${this.#what}: "${name}" is to be ${wanted}, and is ${named(found)}`);
  }
}
