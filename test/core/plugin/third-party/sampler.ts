import { definePlugin, logitsAt, sampler } from 'stagewright';

/** Always the likeliest id, the smallest of equals. */
export default definePlugin({
  name: 'likeliest',
  contract: 2,
  about: 'Always the likeliest id.',
  stages: [
    sampler({
      name: 'likeliest',
      capabilities: { predictions: [{ kind: 'categorical', extent: 'next' }] },
      make: () => ({
        sample(prediction) {
          if (prediction.kind !== 'categorical') throw new Error('it takes logits alone');
          const { logits, counts } = prediction;
          let at = -1;
          const inputIds = counts.map((count) => {
            at += count;
            const row = logitsAt(logits, at);
            return Int32Array.of(row.indexOf(row.reduce((a, b) => (b > a ? b : a))));
          });
          return { inputIds };
        },
      }),
    }),
  ],
});
