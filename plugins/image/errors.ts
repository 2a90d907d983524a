import { defineErrors } from '../../core/declaring.ts';

const listed = (names: readonly string[]): string => names.slice(0, 12).join(', ') + (names.length > 12 ? ', …' : '');

/** What can go wrong with pictures. */
export const errors = defineErrors({
  IMAGE_NO_SHARP: (cause: unknown) =>
    `PNG, JPEG and resizing need the package sharp, which could not be loaded (${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}). Install it: npm install sharp@0.35.5`,
  IMAGE_BROKEN: (file: string, what: string) => `${file} is not the picture that was expected: ${what}. Replace it, or leave it out.`,
  IMAGE_IDX: (file: string, what: string) =>
    `${file} is not the idx file that was expected: ${what}. Name a file of images, of bytes in three dimensions or four.`,
  IMAGE_NPY: (file: string, what: string) =>
    `${file} is not the array that was expected: ${what}. Save images as uint8, or as floats from 0 to 1, in the order [image, height, width] or [image, height, width, channel].`,
  IMAGE_LABELS: (file: string, what: string) =>
    `The labels in ${file} do not match: ${what}. Name the labels' file as "labels", or set it to false.`,
  IMAGE_DIGITS: (file: string, what: string) =>
    `${file} was to say which digits to draw, but ${what}. It holds { "digits": { "count": 6000, "size": 16, "seed": 1 } }.`,
  IMAGE_NOT_IMAGE: (who: string, found: string) =>
    `"${who}" takes pictures, and was given ${found}. Choose a tokenizer, a reader and a writer of one kind.`,
  IMAGE_MIXED: (name: string, first: string, found: string) =>
    `${name} is ${found}, and the first picture is ${first}. Make them alike: "read": { "use": …, "with": { "size": …, "channels": … } }.`,
  IMAGE_ONE_ONLY: (name: string) => `There is one picture only (${name}), and nothing can be learned from one. Give more.`,
  IMAGE_CONSTANT: (count: number, level: number) =>
    `All ${count} pictures are of one level (${level}) throughout, so there is nothing to learn. Look at them, or set "levels" or "rounding".`,
  IMAGE_NOT_FITTED: () =>
    'The tokenizer "pixels" does not know the shape of its pictures yet. Train the pipeline, or open a trained model.',
  IMAGE_UNKNOWN_ID: (id: number, vocabulary: number) =>
    `"pixels" has no id ${id}: its ids go from 0 to ${vocabulary - 1}. The model belongs to another tokenizer.`,
  IMAGE_UNKNOWN_LABEL: (label: unknown, known: readonly string[]) =>
    `There is no label ${JSON.stringify(label) ?? String(label)}; known are ${listed(known) || 'none'}. Name one of them, or list it in "labels".`,
  IMAGE_TOO_MANY_LABELS: (most: number) =>
    `The pictures have more than ${most} different labels, which is more than classes can be. Set "labels": false in "read" to leave them out.`,
  IMAGE_BAD_TOKENIZER: (file: string, what: string) =>
    `${file} is not what the tokenizer "pixels" kept: ${what}. Train the model again, or restore its settings.`,
  IMAGE_TOO_LARGE: (width: number, height: number) =>
    `The sheet would have ${width} × ${height} pixels, which is more than one may have. GenerateOptions for fewer pictures, a smaller "scale", or a folder.`,
  IMAGE_NOTHING: () => 'There is no picture to write. GenerateOptions for at least one.',
});

/** What a value is, in words: `a text`, `null`, `a list`. */
export const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'object' ? 'another object' : `a ${typeof value}`;
};
