import { Observable, type Subscriber } from 'rxjs';
import { type Corpus, createRandom, type ProgressEvent, type Random, type TrainingContext } from '../../../../core/index.ts';
import type { TrainerSubject } from '../../../../core/laws/index.ts';
import { Counting, STEPS, trainerOf } from '../honest/counting.ts';

const careless = createRandom(5);

class InfiniteLoss extends Counting {
  override word(random: Random): ProgressEvent {
    return { ...super.word(random), figures: { loss: -Math.log(this.step - 1) } };
  }
}

class CountsEpochs extends Counting {
  override word(random: Random): ProgressEvent {
    return { ...super.word(random), done: this.step % 4 };
  }
}

class OwnLuck extends Counting {
  override run(corpus: Corpus, training: TrainingContext, to: Subscriber<ProgressEvent>): Promise<void> {
    return super.run(corpus, { ...training, random: careless }, to);
  }
}

class CountsTurns extends Counting {
  #turns = 0;
  override run(corpus: Corpus, training: TrainingContext, to: Subscriber<ProgressEvent>): Promise<void> {
    const turn = (): void => {
      this.#turns++;
      if (!to.closed && this.step < STEPS) setImmediate(turn);
    };
    turn();
    return super.run(corpus, training, to);
  }
  override learn(tokens: Int32Array, weight: number): void {
    super.learn(tokens, weight + this.#turns);
  }
}

class ForgetsItsLuck extends Counting {
  override restore(from: Uint8Array, random: Random): Random {
    super.restore(from, random);
    return random;
  }
}

class LoadsHalf extends Counting {
  override async load(folder: string): Promise<void> {
    await super.load(folder);
    this.step = 0;
  }
}

class ServesUntrained extends Counting {
  #served = this.counts;
  override async load(folder: string): Promise<void> {
    this.#served = this.counts;
    await super.load(folder);
  }
  override learn(tokens: Int32Array, weight: number): void {
    super.learn(tokens, weight);
    this.#served = this.counts;
  }
  override weights(): readonly number[] {
    return this.#served;
  }
}

class RunsOn extends Counting {
  override left(): boolean {
    return false;
  }
  override async run(corpus: Corpus, training: TrainingContext, to: Subscriber<ProgressEvent>): Promise<void> {
    for await (const _ of corpus.read({ batch: 4, shuffle: true })) {
      this.step++;
      to.next(this.word(training.random));
      const late = this.step > STEPS; // it then goes on for longer than anybody is patient
      await new Promise((resolve) => (late ? setTimeout(resolve, 1000).unref() : setTimeout(resolve, 0)));
      if (this.step === STEPS + 60) break;
    }
  }
}

class DeafToSignals extends Counting {
  override left(to: Subscriber<ProgressEvent>): boolean {
    return to.closed;
  }
}

class Swallows extends Counting {
  override train(corpus: Corpus, training: TrainingContext): Observable<ProgressEvent> {
    return new Observable((to) => {
      this.run(corpus, training, to).catch(() => to.complete());
    });
  }
}

class TooEager extends Counting {
  override train(corpus: Corpus, training: TrainingContext): Observable<ProgressEvent> {
    const words: ProgressEvent[] = [];
    const begun = this.run(corpus, training, { next: (word: ProgressEvent) => words.push(word), complete: () => undefined } as never);
    return new Observable((to) => {
      begun.then(
        () => {
          for (const word of words) to.next(word);
          to.complete();
        },
        (error: unknown) => to.error(error),
      );
    });
  }
}

class SortsRows extends Counting {
  override learn(tokens: Int32Array, weight: number): void {
    super.learn(tokens.sort(), weight);
  }
}

/** A broken trainer for each law. */
export const trainers: Readonly<Record<string, () => TrainerSubject>> = {
  'train/finite': () => trainerOf(() => new InfiniteLoss()),
  'train/forward': () => trainerOf(() => new CountsEpochs()),
  'train/same-seed': () => trainerOf(() => new OwnLuck()),
  'train/at-any-speed': () => trainerOf(() => new CountsTurns()),
  'train/resumed': () => trainerOf(() => new ForgetsItsLuck()),
  'train/saved-is-loaded': () => trainerOf(() => new LoadsHalf()),
  'train/kept': () => trainerOf(() => new ServesUntrained()),
  'train/leaving-stops': () => trainerOf(() => new RunsOn()),
  'train/aborting-stops': () => trainerOf(() => new DeafToSignals()),
  'train/corpus-fails': () => trainerOf(() => new Swallows()),
  'train/starts-when-heard': () => trainerOf(() => new TooEager()),
  'train/rows-untouched': () => trainerOf(() => new SortsRows()),
};
