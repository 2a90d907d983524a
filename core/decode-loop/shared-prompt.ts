import type { Random } from '../data/random.ts';
import type { ForwardInput, ForwardOutput, Model } from '../stages/model.ts';
import { drop } from './release.ts';

/** How prompts are shared. */
export interface Sharing {
  /** How many requests begin with each prompt. */
  readonly uses: (prompt: number) => number;
  /** At most so many memories are kept for requests that have not begun. */
  readonly keep: number;
  /** Ends the reading of prompts, which belongs to no single request. */
  readonly signal: AbortSignal;
}

/** Prompts of requests that begin alike. */
export interface SharedPrompts {
  /** The model for one request: its first reading is that of the prompt, done by whoever asks first; what the request reads on is its own. */
  readonly modelOf: (prompt: number) => Model;
  /** Lets go of what is kept for requests to come. */
  readonly close: () => void;
}

/** A prompt that is read, or was. */
interface Shared {
  readonly reading: Promise<ForwardOutput>;
  read?: ForwardOutput;
  /** Who waits for it or goes on from it: requests, and the asking while it is kept. */
  users: number;
  kept: boolean;
}

/**
 * Reads the prompt of several requests once: its memory, a value, and its first prediction serve all of them, and the memory is released after its last user.
 * Where a backend draws luck while it reads, each request reads for itself.
 */
export const sharedPrompts = (model: Model, { uses, keep, signal }: Sharing): SharedPrompts => {
  const known = new Map<number, Shared>();
  const begun = new Map<number, number>(); // how many requests of each prompt have asked so far
  let kept = 0;
  let drawn = false;

  const leave = (prompt: number, shared: Shared): void => {
    if (--shared.users > 0) return;
    if (known.get(prompt) === shared) known.delete(prompt);
    if (shared.read) drop(model, shared.read.memory);
  };

  const unkeep = (prompt: number, shared: Shared): void => {
    if (!shared.kept) return;
    shared.kept = false;
    kept--;
    leave(prompt, shared);
  };

  const begin = (prompt: number, reading: ForwardInput): Shared => {
    const random = reading.random.map((one) => watched(one, () => (drawn = true)));
    const shared: Shared = {
      reading: model.forward({ ...reading, random, signal }).then((read) => (shared.read = read)),
      users: 0,
      kept: kept < keep,
    };
    if (shared.kept) {
      shared.users++;
      kept++;
    }
    known.set(prompt, shared);
    shared.reading.catch(() => {
      if (known.get(prompt) === shared) known.delete(prompt);
      unkeep(prompt, shared);
    });
    return shared;
  };

  const modelOf = (prompt: number): Model => {
    let first = true;
    let mine: Shared | undefined; // while this request may go on from the prompt

    const readPrompt = async (reading: ForwardInput): Promise<ForwardOutput> => {
      first = false;
      const asked = (begun.get(prompt) ?? 0) + 1;
      begun.set(prompt, asked);
      if (drawn || uses(prompt) < 2) return model.forward(reading);
      const found = known.get(prompt);
      const shared = found ?? begin(prompt, reading);
      shared.users++;
      if (asked >= uses(prompt)) unkeep(prompt, shared);
      const read = await shared.reading;
      if (drawn && found) {
        leave(prompt, shared);
        return model.forward(reading);
      }
      if (model.release && read.memory[0] !== undefined) mine = shared;
      else leave(prompt, shared);
      return read;
    };

    return {
      ...model,
      forward: (reading) => (first ? readPrompt(reading) : model.forward(reading)),
      ...(model.release && {
        release(memory) {
          if (mine?.read?.memory[0] !== memory) return model.release!(memory);
          const left = mine!;
          mine = undefined;
          leave(prompt, left);
        },
      }),
    };
  };

  return {
    modelOf,
    close() {
      for (const [prompt, shared] of known) unkeep(prompt, shared);
    },
  };
};

/** The same luck; `drew` hears of whoever looks at it. */
const watched = (random: Random, drew: () => void): Random => {
  const draw = (): number => {
    drew();
    return random();
  };
  const state = (): readonly number[] => {
    drew();
    return random.state();
  };
  return Object.assign(draw, { state });
};
