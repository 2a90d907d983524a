import { defineErrors, type Place, where } from '../../core/declaring.ts';

const quoted = (names: readonly string[]): string =>
  names
    .slice(0, 12)
    .map((name) => `"${name}"`)
    .join(', ') + (names.length > 12 ? ', …' : '');

/** What can go wrong with text. */
export const errors = defineErrors({
  TEXT_BINARY: (file: string, offset: number) =>
    `${file} is not text: byte ${offset} is zero. Name a text file; one in UTF-16 has to be converted to UTF-8 first.`,
  TEXT_NOT_UTF8: (file: string, offset: number, byte: number) =>
    `${file} is not UTF-8: byte ${offset} (0x${byte.toString(16).padStart(2, '0')}) begins no valid character. Convert the file to UTF-8, for example with iconv.`,
  TEXT_ROW_TOO_LONG: (place: Place, limit: number) =>
    `${where(place)} a row is longer than ${limit.toLocaleString('en')} characters, which is more than a row may have. Cut it into shorter ones.`,
  TEXT_BAD_JSON: (place: Place, what: string) => `${where(place)} is not JSON (${what}). Every line has to hold one JSON object.`,
  TEXT_NO_OBJECT: (place: Place, found: string) =>
    `${where(place)} an object was expected, ${found} was found. Every line has to hold one JSON object.`,
  TEXT_NO_FIELD: (place: Place, name: string, nearest: string | undefined, known: readonly string[]) =>
    `${where(place)} has no field "${name}"${nearest === undefined ? '.' : `; did you mean "${nearest}"?`} ${known.length === 0 ? 'It has none at all.' : `Known are ${quoted(known)}.`}`,
  TEXT_NO_COLUMN: (place: Place, column: number, columns: number) =>
    `${where(place)} has no column ${column}: it has ${columns}, counted from 0. Name another, or set "delimiter".`,
  TEXT_FIELD_NOT_TEXT: (place: Place, name: string, found: string) =>
    `${where(place)} the field "${name}" holds ${found}, where a text was expected. Name a field of text, or convert it.`,
  TEXT_BAD_CSV: (place: Place, what: string) =>
    `${where(place)} is not the CSV that was expected: ${what}. Mend the line, or set "delimiter" and "quote" as the file has them.`,
  TEXT_NOT_TEXT: (who: string, found: string) =>
    `"${who}" takes text, and was given ${found}. Choose a tokenizer, a reader and a writer of one kind.`,
  TEXT_NOT_FITTED: (name: string) => `The tokenizer "${name}" has learned nothing yet. Train the pipeline, or open a trained model.`,
  TEXT_NOTHING_LEARNED: (name: string, minimum: number) =>
    `The tokenizer "${name}" found nothing in the training data that occurs at least ${minimum} times. Give more data, or lower "min_count".`,
  TEXT_TOO_MANY_WORDS: (limit: number) =>
    `The training data has more than ${limit.toLocaleString('en')} different words. Split them ("punctuation": "split"), or use a tokenizer of bytes, characters or subwords.`,
  TEXT_UNKNOWN_ID: (name: string, id: number, vocabulary: number) =>
    `The tokenizer "${name}" has no id ${id}: its ids go from 0 to ${vocabulary - 1}. The model belongs to another tokenizer.`,
  TEXT_BAD_VOCABULARY: (file: string, what: string) => `${file} is not the vocabulary that was expected: ${what}. Train the model again.`,
});

/** What a value is, in words: `a number`, `null`, `a list`. */
export const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};
