import { definePlugin, tokenizer } from 'stagewright';

/** A text as its UTF-16 units, each an id; behind them a start and a stop. */
export default definePlugin({
  name: 'units',
  contract: 2,
  about: 'A text as its UTF-16 units.',
  stages: [
    tokenizer({
      name: 'units',
      capabilities: { raw: 'text' },
      make: () => {
        const spelled = (ids: Int32Array): string => Array.from(ids, (id) => (id < 65536 ? String.fromCharCode(id) : '')).join('');
        return {
          vocabulary: 65538,
          fingerprint: 'utf-16',
          start: 65536,
          stop: 65537,
          tokenize: (raw) => Int32Array.from(String(raw).split(''), (unit) => unit.charCodeAt(0)),
          detokenize: spelled,
          detokenizer: () => ({ push: spelled, end: () => '' }),
        };
      },
    }),
  ],
});
