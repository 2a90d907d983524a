import { Type } from '../../core/declaring.ts';

const closed = { additionalProperties: false } as const;
const side = (rest: object = {}) => Type.Integer({ minimum: 1, maximum: 8192, ...rest });

const asked = {
  rows: Type.Optional(Type.Literal('lines', { description: 'A row is a picture, and nothing else is possible.' })),
  size: Type.Optional(
    Type.Union([side(), Type.Tuple([side(), side()])], {
      expects: 'a number, or [height, width]',
      description: 'Resizes every picture: one number for both sides, or [height, width]; absent: as they are.',
    }),
  ),
  fit: Type.Union([Type.Literal('cover'), Type.Literal('fill')], {
    default: 'cover',
    description: 'cover: a resized picture keeps its proportions, and what is beyond is cut off. fill: it is stretched.',
  }),
  channels: Type.Optional(
    Type.Union([Type.Literal(1), Type.Literal(3)], {
      expects: '1 or 3',
      description: '1 makes every picture grey, 3 coloured; absent: as they are.',
    }),
  ),
};

/** Settings of the reader `pictures`. */
export const PicturesOptions = Type.Object(
  { ...asked, labels: Type.Boolean({ default: true, description: "Whether the folder's name is a picture's label." }) },
  closed,
);

const labelled = (more: string) =>
  Type.Object(
    {
      ...asked,
      labels: Type.Optional(
        Type.Union([Type.String({ minLength: 1 }), Type.Literal(false)], {
          expects: 'a path or false',
          description: `The file of the labels, relative to that of the images; false: none${more}.`,
        }),
      ),
    },
    closed,
  );

/** Settings of the reader `idx`. */
export const IdxOptions = labelled('; absent: the one beside it that is called so, labels-idx1 for images-idx3, where there is one');

/** Settings of the reader `npy`. */
export const NpyOptions = labelled(', as where it is absent');

/** Settings of the reader `digits`. */
export const DigitsOptions = Type.Object({ rows: asked.rows }, closed);

/** Settings of the tokenizer `pixels`. */
export const PixelsOptions = Type.Object(
  {
    levels: Type.Integer({ minimum: 2, maximum: 256, default: 256, description: 'How many levels of grey, or of each colour, there are.' }),
    rounding: Type.Union([Type.Literal('nearest'), Type.Literal('stochastic'), Type.Number({ exclusiveMinimum: 0, maximum: 1 })], {
      default: 'nearest',
      expects: '"nearest", "stochastic" or a share of the way between two levels',
      description:
        'nearest: a value becomes the level next to it. A number: the upper of the two levels beside it from that share of the way on; with 2 levels, a threshold. stochastic: one of the two by chance, the nearer the likelier; drawn anew at every pass of a training, once for what is held out. With 2 levels this is stochastic binarisation.',
    }),
    labels: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 65536 }), Type.Array(Type.String(), { minItems: 1, uniqueItems: true })], {
        expects: 'a count or a list of names',
        description: 'The labels that pictures may have: a count (0, 1, …) or their names; absent: those of the training data.',
      }),
    ),
  },
  closed,
);

const sheet = {
  scale: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 64,
      description: 'How many pixels of the sheet a pixel of a picture is wide; absent: so many that small pictures can be seen.',
    }),
  ),
  gap: Type.Integer({ minimum: 0, maximum: 64, default: 2, description: 'How many pixels lie between pictures.' }),
};

/** Settings of the writer `grid`. */
export const GridOptions = Type.Object(
  {
    columns: Type.Optional(Type.Integer({ minimum: 1, description: 'How many pictures lie in a row; absent: as many as there are rows.' })),
    ...sheet,
  },
  closed,
);

/** Settings of the writer `strip`. */
export const StripOptions = Type.Object(sheet, closed);
