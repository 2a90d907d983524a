import { type ParseError, parse as parseLeniently, printParseErrorCode } from 'jsonc-parser';
import type { Static } from 'typebox';
import { nearest, type Place, type RawItem, type Reader, type Source } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';
import { lines } from './lines.ts';
import type { JsonlOptions } from './options.ts';

/** JSON lines: a field of each object is a row, or several fields are one together. */
export class JsonlReader implements Reader {
  readonly #settings: Static<typeof JsonlOptions>;

  constructor(settings: Static<typeof JsonlOptions>) {
    this.#settings = settings;
  }

  async *read(source: Source): AsyncGenerator<RawItem, void> {
    const { tokens, given } = this.#settings;
    for await (const { text: written, line } of lines(source)) {
      const place = { file: source.name, line };
      const object = parse(written, place);
      const raw = Array.isArray(tokens) ? tokens.map((name) => field(object, name, place)) : text(object, tokens, place);
      yield given === undefined ? { raw } : { raw, given: text(object, given, place) };
    }
  }
}

const parse = (text: string, place: Place): object => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { column, what } = fault(text);
    throw errors.TEXT_BAD_JSON({ ...place, column }, what).because(error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw errors.TEXT_NO_OBJECT({ ...place, column: 1 }, kindOf(value));
  return value;
};

/** Where a line stops being JSON. JSON.parse does not always say. */
const fault = (text: string): { column: number; what: string } => {
  const found: ParseError[] = [];
  try {
    parseLeniently(text, found, { disallowComments: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { column: 1, what: 'too deeply nested' };
  }
  const [first] = found;
  if (!first) return { column: 1, what: 'not valid' };
  const words = printParseErrorCode(first.error).replaceAll(/(?<=[a-z])[A-Z]/g, (capital) => ` ${capital}`);
  return { column: first.offset + 1, what: words.toLowerCase() };
};

const text = (object: object, name: string, place: Place): string => {
  const value = field(object, name, place);
  if (typeof value !== 'string') throw errors.TEXT_FIELD_NOT_TEXT(place, name, kindOf(value));
  return value;
};

const field = (object: object, name: string, place: Place): unknown => {
  if (!Object.hasOwn(object, name)) {
    const known = Object.keys(object);
    throw errors.TEXT_NO_FIELD(place, name, nearest(name, known), known);
  }
  return (object as Record<string, unknown>)[name];
};
