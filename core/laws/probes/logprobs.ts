import type { TokenLogprobs } from '../../data/logprobs.ts';
import { demand } from '../law.ts';

/** Logits are single precision. */
const NEAR = 1e-5;

/** Demands that log-probabilities are those of a distribution, each id of which was computed by itself. */
export const demandLogprobs = (probabilities: ArrayLike<number>, id: number, alternatives: number, found: TokenLogprobs): void => {
  const near = (one: number, other: number): boolean => one === other || Math.abs(one - other) <= NEAR * Math.max(1, Math.abs(one));
  const all = Array.from(probabilities, (probability, id) => ({ id, logprob: Math.log(probability) }));
  const expected = all.filter(({ logprob }) => logprob > Number.NEGATIVE_INFINITY).sort((a, b) => b.logprob - a.logprob);
  const shown = { id, expected: expected.slice(0, alternatives), found };
  demand(found.id === id && near(all[id]!.logprob, found.logprob), 'it is another log-probability', {
    ...shown,
    probability: probabilities[id],
  });
  demand(found.top.length === Math.min(alternatives, expected.length), 'there are more alternatives, or fewer', shown);
  demand(
    found.top.every(({ id, logprob }, at) => near(all[id]!.logprob, logprob) && near(expected[at]!.logprob, logprob)),
    'the alternatives are others',
    shown,
  );
  demand(new Set(found.top.map(({ id }) => id)).size === found.top.length, 'an alternative stands twice', shown);
  demand(found.top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0) <= 1 + NEAR, 'together they are more than certain', shown);
};
