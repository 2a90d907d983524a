import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Observable, type Subscriber } from 'rxjs';
import {
  type Artifact,
  type Corpus,
  createRandom,
  type ProgressEvent,
  type Random,
  type Trainer,
  type TrainingContext,
} from '../../../../core/index.ts';
import { dense, exampleRows, type Learner, type TrainerSubject } from '../../../../core/laws/index.ts';

/** Steps of one training. */
export const STEPS = 6;

const VOCABULARY = 5;

/** A trainer that is right: it counts ids in shuffled batches, each with a random weight, and can go on from any step. */
export class Counting implements Trainer, Artifact {
  counts: number[] = new Array<number>(VOCABULARY).fill(0);
  step = 0;

  restore(from: Uint8Array, _random: Random): Random {
    const { counts, step, luck } = JSON.parse(new TextDecoder().decode(from)) as { counts: number[]; step: number; luck: number[] };
    this.counts = counts;
    this.step = step;
    return createRandom(luck);
  }

  learn(tokens: Int32Array, weight: number): void {
    for (const id of tokens) this.counts[id]! += weight;
  }

  word(random: Random): ProgressEvent {
    const state = JSON.stringify({ counts: this.counts, step: this.step, luck: random.state() });
    return {
      done: this.step,
      total: STEPS,
      unit: 'steps',
      figures: { loss: 1 / this.step },
      checkpoint: () => new TextEncoder().encode(state),
    };
  }

  /** One word a step, and a turn of the event loop. */
  async run(corpus: Corpus, { random: fresh, checkpoint, signal }: TrainingContext, to: Subscriber<ProgressEvent>): Promise<void> {
    const random = checkpoint ? this.restore(checkpoint, fresh) : fresh;
    if (this.step >= STEPS) return to.complete();
    for await (const batch of corpus.read({ batch: 4, shuffle: true, skip: this.step })) {
      if (this.left(to, signal)) return;
      for (const { tokens } of batch) this.learn(tokens, random());
      this.step++;
      to.next(this.word(random));
      if (this.step === STEPS) break;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.left(to, signal)) return;
    }
    to.complete();
  }

  /** How likely each id is. */
  weights(): readonly number[] {
    return this.counts;
  }

  left(to: Subscriber<ProgressEvent>, signal: AbortSignal): boolean {
    if (signal.aborted) to.error(signal.reason);
    return to.closed || signal.aborted;
  }

  train(corpus: Corpus, training: TrainingContext): Observable<ProgressEvent> {
    return new Observable((to) => {
      this.run(corpus, training, to).catch((error: unknown) => to.error(error));
    });
  }

  save(folder: string): Promise<void> {
    return writeFile(join(folder, 'counts.json'), JSON.stringify({ counts: this.counts, step: this.step }));
  }

  async load(folder: string): Promise<void> {
    Object.assign(this, JSON.parse(await readFile(join(folder, 'counts.json'), 'utf8')));
  }
}

/** Predicts by what was counted, whatever came before. */
const stagesOf = (counting: Counting): NonNullable<Learner['stages']> => ({
  encoder: { encode: (fresh) => fresh },
  attention: { attend: (hidden, memory) => ({ hidden, memory }) },
  decoder: {
    decode(_, counts) {
      const positions = counts.reduce((sum, count) => sum + count, 0);
      const logits = dense(Array.from({ length: positions }, () => counting.weights().map((weight) => Math.log(weight + 1))));
      return { kind: 'categorical', extent: 'next', counts, logits };
    },
  },
});

/** Such a trainer under its laws. */
export const trainerOf = (make: () => Counting = () => new Counting()): TrainerSubject => ({
  make(): Learner {
    const trainer = make();
    return { trainer, artifacts: [trainer], stages: stagesOf(trainer) };
  },
  rows: exampleRows({ vocabulary: VOCABULARY }),
});
