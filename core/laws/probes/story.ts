import type { Tokens } from '../../data/tokens.ts';
import type { Step } from '../../decode-loop/loop.ts';
import type { Model } from '../../stages/model.ts';
import type { Request, Sampler } from '../../stages/sample.ts';
import { luckOf, type Prompt } from '../arbitraries/tokens.ts';
import { demand } from '../law.ts';
import type { BackendSubject, Loop } from '../subjects/subjects.ts';
import { compare } from './agree.ts';
import { join } from './reading.ts';

/** A sample's request, its luck fresh. */
export const requestOf = ({ prompt, limit, stop = [], ...luck }: Prompt, signal?: AbortSignal): Request => ({
  prompt: [prompt],
  random: luckOf(luck),
  limit,
  ...(stop.length > 0 && { stop }),
  ...(signal && { signal }),
});

/** All steps of a request; endless ones end with an error. */
export const story = async (loop: Loop, model: Model, sampler: Sampler, request: Request, chunk?: number): Promise<Step[]> => {
  const all: Step[] = [];
  for await (const step of loop.steps(model, sampler, request, chunk)) {
    all.push(step);
    demand(all.length <= 8 * (request.limit + 8), 'the request does not end', { steps: all.length, limit: request.limit });
  }
  return all;
};

/** What a request told. */
export const told = (steps: readonly Step[]): Tokens => join(...steps.map(({ emitted }) => emitted));

/**
 * Demands that one telling is the other, or a beginning of it. Where predictions agree within a tolerance alone, a draw may fall between the two,
 * and what comes after is another story.
 */
export const sameStory = (subject: BackendSubject, expected: readonly Step[], found: readonly Step[], beginning = false): void => {
  const tolerant = subject.capabilities.agreement === 'tolerance';
  for (const [i, step] of found.entries()) {
    const other = expected[i];
    demand(other !== undefined, 'more is told', { expected: told(expected), found: told(found) });
    compare(other!.prediction, step.prediction, tolerant ? subject.tolerance : 0);
    const same = other!.emitted.join() === step.emitted.join();
    if (tolerant && !same) return;
    demand(same && (beginning || other!.ended === step.ended), 'something else is told', { expected: told(expected), found: told(found) });
  }
  demand(beginning || expected.length === found.length, 'less is told', { expected: told(expected), found: told(found) });
};

/** Which laws compare one telling with another. */
export const comparable = ({ capabilities }: BackendSubject): string | undefined =>
  capabilities.agreement === 'statistical' ? 'its predictions agree statistically only' : undefined;
