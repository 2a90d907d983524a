import { Type } from '../settings/type.ts';

const closed = { additionalProperties: false } as const;
const settings = (description: string) => Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description }));
const texts = (description: string) => Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description }));

/** How a pipeline is opened. */
export const OpenOptionsSchema = Type.Object(
  {
    set: settings('Settings that replace those of the file, by their path.'),
    environment: settings('The same from the environment.'),
    data: texts('Files to learn from, relative to the current folder.'),
    models: Type.Optional(Type.String({ minLength: 1, description: 'The folder of all models.' })),
    plugins: texts('Modules of your own stages.'),
    provide: Type.Optional(Type.Array(Type.Unknown(), { description: 'Services of your own, each made by bind(KEY, value).' })),
    train: Type.Optional(Type.Boolean({ description: 'Whether a missing model is trained.' })),
  },
  { ...closed, description: 'How a pipeline is opened.' },
);

/** What stands beside the items that are scored. */
export const ScoreOptions = Type.Object(
  { signal: Type.Optional(Type.Unknown({ description: 'Ends it when aborted.' })) },
  { ...closed, description: 'How items are scored.' },
);
