import type { Fields } from '../fields.ts';
import { Pattern } from './pattern.ts';

/** Calls `found` for each place where a text or a regular expression matches. */
export type Finder = (text: string, found: (start: number, end: number) => void) => void;

/** The `pattern` of Replace and Split: `{ String }` or `{ Regex }`. */
export const finder = (fields: Fields, key = 'pattern'): Finder => {
  const value = fields.get(key);
  const pattern = typeof value === 'string' ? undefined : fields.object(key);
  if (pattern?.has('Regex')) {
    const compiled = new Pattern(pattern.string('Regex'));
    return (text, found) => compiled.each(text, 0, text.length, found);
  }
  const content = pattern ? pattern.string('String') : fields.string(key);
  if (content === '') fields.fail(key, 'a pattern that is not empty');
  return (text, found) => {
    for (let at = text.indexOf(content); at >= 0; at = text.indexOf(content, at + content.length)) found(at, at + content.length);
  };
};
