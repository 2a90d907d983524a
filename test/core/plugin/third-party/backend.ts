import { type Batch, backend, definePlugin, TOKENIZER, type Tokens } from 'stagewright';

/** After each id the next is likeliest, and others the less likely the later they follow. */
export default definePlugin({
  name: 'cycle',
  contract: 2,
  about: 'Predicts the id after the last one.',
  stages: [
    backend({
      name: 'cycle',
      capabilities: { hidden: 'cycle', predictions: [{ kind: 'categorical', extent: 'next' }], likelihood: ['exact'] },
      needs: { tokenizer: TOKENIZER },
      model: ({ tokenizer }) => tokenizer.vocabulary,
      encode: () => ({ encode: (inputIds) => inputIds }),
      attend: () => ({ attend: (hidden, memory) => ({ hidden, memory }) }),
      decode: ({ model: width }) => ({
        decode(hidden, counts) {
          const last = (hidden as Batch<Tokens>).flatMap((row, i) => [...row.subarray(row.length - counts[i]!)]);
          const after = (at: number): number => (at - last[Math.floor(at / width)]! - 1 + width) % width;
          const data = Float32Array.from({ length: last.length * width }, (_, at) => -after(at) / 2);
          return { kind: 'categorical', extent: 'next', counts, logits: { dims: [last.length, width], data } };
        },
      }),
    }),
  ],
});
