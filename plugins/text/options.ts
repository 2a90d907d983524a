import { Type } from '../../core/declaring.ts';

const minimum = (of: string) =>
  Type.Integer({
    minimum: 1,
    default: 1,
    description: `${of} that occur less often in the training data become the unknown token.`,
    examples: [2],
  });

/** Settings of the tokenizer `characters`. */
export const CharactersOptions = Type.Object({ min_count: minimum('Characters') }, { additionalProperties: false });

/** Settings of the tokenizer `words`. */
export const WordsOptions = Type.Object(
  {
    lowercase: Type.Boolean({
      default: false,
      description: 'Whether capitals become small letters before anything else.',
      examples: [true],
    }),
    punctuation: Type.Union([Type.Literal('keep'), Type.Literal('split')], {
      default: 'keep',
      description: 'keep: only white space separates words. split: punctuation and symbols are words of their own, one a character.',
      examples: ['split'],
    }),
    min_count: minimum('Words'),
  },
  { additionalProperties: false },
);

/** Settings of the reader and the writer `text`. */
export const TextOptions = Type.Object(
  {
    rows: Type.Union([Type.Literal('document'), Type.Literal('lines')], {
      default: 'document',
      description: 'What one row is: a whole file, or one of its lines. Lines of white space alone are no rows.',
      examples: ['lines'],
    }),
  },
  { additionalProperties: false },
);

/** Settings of the reader and the writer `jsonl`. */
export const JsonlOptions = Type.Object(
  {
    tokens: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
      default: 'text',
      description: 'The field that holds the text; or a list of fields, of any kind, which are a row together.',
      examples: ['body', ['x', 'y']],
    }),
    given: Type.Optional(Type.String({ description: 'The field that holds what the text is conditioned on.', examples: ['label'] })),
  },
  { additionalProperties: false },
);

const Column = Type.Union([Type.String(), Type.Integer({ minimum: 0 })]);
const column = (what: string) =>
  `The column that holds ${what}: its name in the first line, or its number from 0 where the first line is data`;

/** Settings of the reader and the writer `csv`. */
export const CsvOptions = Type.Object(
  {
    tokens: Type.Union([...Column.anyOf, Type.Array(Column, { minItems: 1 })], {
      default: 'text',
      description: `${column('the text')}; or a list of columns, which are a row together.`,
      examples: ['title', 2, ['x', 'y']],
    }),
    given: Type.Optional(
      Type.Union([...Column.anyOf], { description: `${column('what the text is conditioned on')}.`, examples: ['label', 3] }),
    ),
    delimiter: Type.Optional(
      Type.String({ minLength: 1, description: 'What separates fields; else a tab in .tsv files, a comma in others.', examples: [';'] }),
    ),
    quote: Type.Optional(
      Type.String({
        maxLength: 1,
        description: 'What fields are quoted with, "" for nothing; else nothing beside tabs, " elsewhere.',
        examples: ["'"],
      }),
    ),
  },
  { additionalProperties: false },
);
