import { Readable } from 'node:stream';
import type { Info } from 'csv-parse';
import type { Static } from 'typebox';
import { nearest, type Place, type RawItem, type Reader, type Source } from '../../core/index.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { errors } from './errors.ts';
import { LONGEST } from './lines.ts';
import type { CsvOptions } from './options.ts';

type Column = string | number;

/** A record, as it was written, and what csv-parse knows when it has read it. */
interface Parsed {
  readonly record: string[];
  readonly raw: string;
  readonly info: Info;
}

/** Tables of text, their fields separated and quoted (RFC 4180): a column's field is a row, or those of several columns. Lines of white space alone are no records, and an empty field is no row, unless it stands in quotes. */
export class CsvReader implements Reader {
  readonly #settings: Static<typeof CsvOptions>;

  constructor(settings: Static<typeof CsvOptions>) {
    this.#settings = settings;
  }

  async *read(source: Source): AsyncGenerator<RawItem, void> {
    const { tokens, given } = this.#settings;
    const columns = [tokens, given ?? []].flat();
    const named = columns.some((column) => typeof column === 'string');
    let names: readonly string[] | undefined = named ? undefined : [];
    let width: number | undefined;
    for await (const { record, raw: written, info } of this.#records(source)) {
      if (written.trim() === '') continue; // also tabs alone
      const place = (): Place => ({ file: source.name, line: info.lines - lineEnds(record) });
      width ??= record.length;
      if (record.length !== width) throw errors.TEXT_BAD_CSV(place(), `it has ${record.length} fields, and the first line has ${width}`);
      if (names) {
        const known = names;
        const raw = Array.isArray(tokens) ? tokens.map((one) => field(record, one, known, place)) : field(record, tokens, names, place);
        if (raw === '' && !written.includes('""')) continue; // one in quotes somebody meant
        yield given === undefined ? { raw } : { raw, given: field(record, given, names, place) };
      } else {
        names = record;
        for (const column of columns) if (typeof column === 'string') columnOf(column, names, place);
      }
    }
  }

  async *#records(source: Source): AsyncGenerator<Parsed, void> {
    const { CsvError, parse } = await import('csv-parse');
    const tabs = /\.tsv(\.|$)/i.test(source.name);
    const { delimiter = tabs ? '\t' : ',', quote = delimiter === '\t' ? '' : '"' } = this.#settings;
    const text = Readable.from(decodeUtf8(source));
    const parser = parse({
      delimiter,
      quote: quote || null,
      info: true,
      raw: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: LONGEST,
    });
    text.once('error', (error) => parser.destroy(error));
    text.pipe(parser);
    try {
      yield* parser as AsyncIterable<Parsed>;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const place = { file: source.name, ...(typeof error.lines === 'number' && { line: error.lines }) };
      if (error.code === 'CSV_MAX_RECORD_SIZE') throw errors.TEXT_ROW_TOO_LONG(place, LONGEST).because(error);
      throw errors.TEXT_BAD_CSV(place, error.message.replace(/ (on|at) line \d+/, '')).because(error);
    } finally {
      text.destroy();
      parser.destroy();
    }
  }
}

/** How many line ends a record's fields hold; its own end is not among them. */
const lineEnds = (record: readonly string[]): number => record.join('').split('\n').length - 1;

const columnOf = (column: Column, names: readonly string[], place: () => Place): number => {
  if (typeof column === 'number') return column;
  const at = names.indexOf(column);
  if (at < 0) throw errors.TEXT_NO_FIELD(place(), column, nearest(column, names), names);
  return at;
};

const field = (record: readonly string[], column: Column, names: readonly string[], place: () => Place): string => {
  const value = record[columnOf(column, names, place)];
  if (value === undefined) throw errors.TEXT_NO_COLUMN(place(), column as number, record.length);
  return value;
};
