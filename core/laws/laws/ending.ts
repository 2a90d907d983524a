import fc from 'fast-check';
import { logitsAt, type Prediction } from '../../data/prediction.ts';
import { EMPTY } from '../../data/tokens.ts';
import { assemble } from '../../decode-loop/model.ts';
import { takesSome } from '../../stages/capabilities.ts';
import type { Sampler } from '../../stages/sample.ts';
import { softmax } from '../arbitraries/logits.ts';
import type { Prompt } from '../arbitraries/tokens.ts';
import { demand, type Law, law } from '../law.ts';
import { demandLogprobs } from '../probes/logprobs.ts';
import { requestOf, story, told } from '../probes/story.ts';
import { askedOf, type BackendSubject, nextOnly } from '../subjects/subjects.ts';

/** Why a law of distributions over the next id is silent. */
const noNext = (subject: BackendSubject): string | undefined =>
  nextOnly(subject) ??
  (!takesSome(subject.capabilities.predictions, [{ kind: 'categorical', extent: 'next' }])
    ? 'it predicts no distribution over ids'
    : undefined);

/** Logits of the last position. */
const lastOf = (prediction: Prediction): readonly number[] =>
  prediction.kind === 'categorical' ? Array.from(logitsAt(prediction.logits, prediction.counts[0]! - 1)) : [];

/** What holds of a row's end, and of what is told of it. */
export const endingLaws: readonly Law<BackendSubject>[] = [
  law<BackendSubject, { asked: Prompt & { stop: readonly number[] }; least: number }>({
    name: 'generate/min-new-tokens',
    sentence:
      'Before a row has as many new tokens as it must have, no id that ends it is possible; all else is as predicted, and so is all after.',
    reference: "Hugging Face's min_new_tokens",
    stage: 'generate',
    silent: noNext,
    arbitrary: (subject) =>
      fc.record({
        asked: fc
          .tuple(askedOf(subject), fc.array(fc.nat(subject.vocabulary - 1), { minLength: 1, maxLength: 2, size: 'max' }))
          .map(([asked, stop]) => ({ ...asked, stop })),
        least: fc.nat(4),
      }),
    async check(subject, { asked, least }) {
      const shown: (readonly number[])[] = [];
      const watched: Sampler = {
        ...subject.sampler,
        sample(prediction, ...rest) {
          shown.push(lastOf(prediction));
          const possible = shown.at(-1)!.some((logit) => logit > Number.NEGATIVE_INFINITY);
          return possible ? subject.sampler.sample(prediction, ...rest) : { inputIds: [EMPTY], done: true };
        },
      };
      const steps = await story(subject.loop, assemble(subject.stages), watched, { ...requestOf(asked), least });
      const early = told(steps).subarray(0, least);
      demand(!early.some((id) => asked.stop.includes(id)), 'a row ended before', { expected: least, found: early });
      for (const [i, { prediction }] of steps.entries()) {
        if (prediction.kind !== 'categorical') return;
        const before = told(steps.slice(0, i)).length < least;
        const predicted = lastOf(prediction);
        const expected = predicted.map((logit, id) => (before && asked.stop.includes(id) ? Number.NEGATIVE_INFINITY : logit));
        demand(expected.join() === shown[i]!.join(), 'the sampler was shown something else', {
          step: i,
          expected,
          found: shown[i],
        });
      }
    },
  }),

  law<BackendSubject, { asked: Prompt; alternatives: number }>({
    name: 'generate/logprobs',
    sentence:
      'Of each id that is told the log-probability is that of what was predicted, and the alternatives are the likeliest, in their order.',
    stage: 'generate',
    silent: ({ capabilities }) =>
      capabilities.predictions?.some(({ kind }) => kind === 'categorical') === false ? 'it predicts no distribution over ids' : undefined,
    arbitrary: (subject) => fc.record({ asked: askedOf(subject), alternatives: fc.nat(5) }),
    async check(subject, { asked, alternatives }) {
      const request = { ...requestOf(asked), logprobs: alternatives };
      for (const { emitted, prediction, logprobs } of await story(subject.loop, assemble(subject.stages), subject.sampler, request)) {
        if (prediction.kind !== 'categorical') return;
        demand(logprobs?.length === emitted.length, 'there is not one for each id', { said: emitted, found: logprobs?.length });
        const first = prediction.extent === 'whole' ? 0 : prediction.counts[0]! - emitted.length;
        for (const [at, found] of (logprobs ?? []).entries())
          demandLogprobs(softmax(logitsAt(prediction.logits, first + at)), emitted[at]!, alternatives, found);
      }
    },
  }),
];
