import { type Static, Type } from '../../core/declaring.ts';

/** Settings of the tokenizer `levels`. */
export const LevelsOptions = Type.Object(
  {
    fields: Type.Integer({ minimum: 1, maximum: 65536, description: 'How many numbers a row has.', examples: [2] }),
    low: Type.Number({ description: 'The least number there is.', examples: [-1] }),
    high: Type.Number({ description: 'The greatest.', examples: [1] }),
    levels: Type.Integer({
      minimum: 2,
      maximum: 65536,
      default: 1024,
      description: 'Into how many equal steps the numbers between are rounded; each is an id.',
    }),
    outside: Type.Unsafe<'refuse' | 'clamp'>(
      Type.Enum(['refuse', 'clamp'], {
        default: 'refuse',
        description: 'What becomes of a number beyond the bounds: an error, or the nearest bound.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** The same as a type. */
export type LevelsSettings = Static<typeof LevelsOptions>;
