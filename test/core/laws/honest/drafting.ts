import { type Choice, type Prediction, type Request, type Sampler, slice, type Tokens } from '../../../../core/index.ts';
import { draw, LOOP, type SamplerSubject } from '../../../../core/laws/index.ts';

/** A sampler that is right and runs ahead: it guesses that a token repeats, reads the guess along with the token, and takes it back where the draw says otherwise. */
export class Drafting implements Sampler<Tokens> {
  taken(rejected: boolean): readonly number[] {
    return [rejected ? 1 : 0];
  }

  sample(prediction: Prediction, _rows: unknown, guess: Tokens | undefined, { random }: Request): Choice<Tokens> {
    const positions = { ...prediction, counts: Array.from({ length: prediction.counts[0]! }, () => 1) } as Prediction;
    const at = (position: number): number => draw(slice(positions, position, position + 1), random)[0]![0]!;
    const first = guess ? at(prediction.counts[0]! - 2) : at(prediction.counts[0]! - 1);
    const accepted = guess !== undefined && first === guess[0];
    const said = accepted ? Int32Array.of(first, at(prediction.counts[0]! - 1)) : Int32Array.of(first);
    const last = said.at(-1)!;
    return {
      inputIds: [Int32Array.of(last, last)],
      rollback: this.taken(guess !== undefined && !accepted),
      emitted: said,
      state: Int32Array.of(last),
    };
  }
}

/** It draws exactly what is predicted. */
export const draftingOf = (make: () => Sampler): SamplerSubject => ({ make, capabilities: {}, neutral: {}, loop: LOOP });
