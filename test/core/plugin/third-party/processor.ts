import { definePlugin, processor, Type } from 'stagewright';

const Options = Type.Object({ ids: Type.Array(Type.Integer({ minimum: 0 }), { default: [0] }) }, { additionalProperties: false });

/** Makes ids less likely, by a nat each. */
export default definePlugin({
  name: 'shy',
  contract: 2,
  about: 'Makes some ids less likely.',
  stages: [
    processor({
      name: 'shy',
      options: Options,
      make: ({ options }) => ({
        process(logits) {
          for (const id of options.ids) if (id < logits.length) logits[id]! -= 1;
          return undefined;
        },
      }),
    }),
  ],
});
