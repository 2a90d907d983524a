import { isDeepStrictEqual } from 'node:util';

/** What fits as a value, in words and as a test. */
export interface Fit {
  readonly wanted: string;
  readonly fits: (value: unknown) => boolean;
}

/** What a key of a folder's file means here: it is read; it changes nothing; or it would, and is refused unless its value is neutral. Null is neutral always. */
export type Meaning =
  | { readonly use: 'read'; readonly why: string; readonly fit?: Fit }
  | { readonly use: 'irrelevant'; readonly why: string }
  | { readonly use: 'refused'; readonly why: string; readonly neutral: readonly unknown[] };

/** Every known key of a file. */
export type Keys = Readonly<Record<string, Meaning>>;

/** A key that is obeyed. */
export const read = (why: string, fit?: Fit): Meaning => ({ use: 'read', why, ...(fit && { fit }) });

/** Keys that change nothing here, all for one reason. */
export const irrelevant = (why: string, ...names: readonly string[]): Keys =>
  Object.fromEntries(names.map((name) => [name, { use: 'irrelevant', why }]));

/** A key that would change what comes out, and is not obeyed. */
export const refused = (why: string, ...neutral: readonly unknown[]): Meaning => ({ use: 'refused', why, neutral });

const known = (keys: Keys, name: string): Meaning | undefined => (Object.hasOwn(keys, name) ? keys[name] : undefined);

/** Whether a value says nothing: null, and what a key that is refused may have. */
export const isNeutral = (meaning: Meaning, value: unknown): boolean =>
  value === null || (meaning.use === 'refused' && meaning.neutral.some((each) => isDeepStrictEqual(each, value)));

/** What is wrong with values, a phrase each: those that are refused, and those of a wrong type. */
export const faultsIn = (keys: Keys, values: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => {
    const meaning = known(keys, name);
    if (!meaning || isNeutral(meaning, value)) return [];
    if (meaning.use === 'refused') return [`"${name}" is ${shown(value)}, and ${meaning.why}`];
    if (meaning.use === 'read' && meaning.fit && !meaning.fit.fits(value))
      return [`"${name}" is ${shown(value)}, and ${meaning.fit.wanted} is wanted`];
    return [];
  });

/** The names that nobody knows, where they say something. */
export const unknownIn = (keys: Keys, values: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(values).filter((name) => !known(keys, name) && values[name] !== null);

const LONGEST = 60; // characters of a value that are shown

const shown = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};
