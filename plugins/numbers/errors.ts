import { defineErrors } from '../../core/declaring.ts';

/** What can be wrong with rows of numbers. */
export const errors = defineErrors({
  NUMBERS_BOUNDS: (low: number, high: number) =>
    `"levels" was given the bounds ${low} and ${high}; "low" must be below "high", and what is between them a number.`,
  NUMBERS_NO_ROW: (found: string, fields: number) =>
    `"levels" takes rows of ${fields} numbers, and was given ${found}; name the fields in "data.rows": { "tokens": ["x", "y"] }.`,
  NUMBERS_COUNT: (found: number, fields: number) =>
    `A row has ${found} numbers, and "levels" was told "fields": ${fields}; name as many fields in "data.rows".`,
  NUMBERS_NO_NUMBER: (at: number, found: string) =>
    `Number ${at + 1} of a row is ${found}; mend the data, or leave the field out of "data.rows".`,
  NUMBERS_OUTSIDE: (at: number, found: number, low: number, high: number) =>
    `Number ${at + 1} of a row is ${found}, which is not between ${low} and ${high}; widen "low" and "high", or set "outside": "clamp".`,
  NUMBERS_NOT_WRITTEN: (found: string) => `Rows of numbers were to be written, and one is a ${found}; choose a writer of another kind.`,
});
