import { type Choice, createRandom, isSparse, type Prediction, type Request, type Tokens } from '../../../../core/index.ts';
import { LOOP, type SamplerSubject, softmax } from '../../../../core/laws/index.ts';
import { Drafting, draftingOf } from '../honest/drafting.ts';
import { Filtering, samplerOf } from '../honest/filtering.ts';
import { chained } from '../honest/penalising.ts';

const careless = createRandom(3);

class OffByOne extends Filtering {
  override pick(weights: Float64Array, u: number): number {
    return super.pick(weights, u) + (u > 0.9 ? 1 : 0);
  }
}

class Smooths extends Filtering {
  override kept(all: Float64Array): Float64Array {
    return super.kept(all).map((p) => Math.max(p, 0.05));
  }
}

class OwnLuck extends Filtering {
  override luck(): number {
    return careless();
  }
}

class DividesInPlace extends Filtering {
  override logits(prediction: Prediction): Float32Array {
    const data =
      prediction.kind === 'categorical' ? (isSparse(prediction.logits) ? prediction.logits.logits : prediction.logits.data) : undefined;
    data?.forEach((x, i) => {
      data[i] = x / Math.max(0.1, this.settings.temperature);
    });
    return super.logits(prediction);
  }
}

class NeverTwice extends Filtering {
  #last = -1;
  override kept(all: Float64Array): Float64Array {
    const kept = super.kept(all);
    return kept.filter((p) => p > 0).length > 1 ? kept.map((p, id) => (id === this.#last ? 0 : p)) : kept;
  }
  override pick(weights: Float64Array, u: number): number {
    this.#last = super.pick(weights, u);
    return this.#last;
  }
}

class ForgetsRest extends Filtering {
  override logits(prediction: Prediction): Float32Array {
    if (prediction.kind !== 'categorical' || !isSparse(prediction.logits)) return super.logits(prediction);
    return super.logits({ ...prediction, logits: { ...prediction.logits, rest: prediction.logits.rest.map(() => 0) } });
  }
}

class SkipsPadding extends Filtering {
  override kept(all: Float64Array): Float64Array {
    const kept = super.kept(all);
    return kept.slice(1).some((p) => p > 0) ? kept.map((p, id) => (id === 0 ? 0 : p)) : kept;
  }
}

class SkewedLuck extends Filtering {
  override luck(request: Request): number {
    return super.luck(request) * super.luck(request);
  }
}

class SameLuckAllAlong extends Filtering {
  override sample(prediction: Prediction, _rows: unknown, state: unknown, request: Request): Choice {
    const u = (state as number | undefined) ?? this.luck(request);
    return { inputIds: [Int32Array.of(this.pick(this.kept(this.probabilities(this.logits(prediction))), u))], state: u };
  }
}

class Clips extends Filtering {
  override probabilities(logits: Float32Array): Float64Array {
    return super.probabilities(logits.map((x) => Math.max(x, -5)));
  }
}

class Multiplies extends Filtering {
  override probabilities(logits: Float32Array): Float64Array {
    return softmax(logits, 1 / Math.max(0.1, this.settings.temperature));
  }
}

class Twice extends Filtering {
  override probabilities(logits: Float32Array): Float64Array {
    return softmax(logits, this.settings.temperature ** 2 || 1e-3);
  }
}

class OneMore extends Filtering {
  override topK(p: number, all: Float64Array): boolean {
    return this.settings.top_k === 0 || all.filter((q) => q > p).length <= this.settings.top_k;
  }
}

class WithoutTheLast extends Filtering {
  override topP(p: number, all: Float64Array): boolean {
    const sum = all.reduce((sum, q) => (q >= p ? sum + q : sum), 0);
    return sum <= this.settings.top_p || p === Math.max(...all);
  }
}

class OfAll extends Filtering {
  override minP(p: number, all: Float64Array): boolean {
    return p >= this.settings.min_p || p === Math.max(...all);
  }
}

class EitherOr extends Filtering {
  override topP(p: number, all: Float64Array): boolean {
    return this.settings.top_k > 0 || super.topP(p, all);
  }
}

/** A sampler that reads ahead and forgets to take back what was rejected. */
export class ForgetsBack extends Drafting {
  override taken(): readonly number[] {
    return [0];
  }
}

class Silent extends Drafting {
  override sample(prediction: Prediction, rows: unknown, guess: Tokens | undefined, request: Request): Choice<Tokens> {
    return { ...super.sample(prediction, rows, guess, request), ...(guess && { emitted: new Int32Array(0) }) };
  }
}

/** A broken sampler for each law. */
export const samplers: Readonly<Record<string, () => SamplerSubject>> = {
  'sample/in-vocabulary': () => samplerOf((settings) => new OffByOne(settings)),
  'sample/possible': () => samplerOf((settings) => new Smooths(settings)),
  'sample/same-seed': () => samplerOf((settings) => new OwnLuck(settings)),
  'sample/prediction-untouched': () => samplerOf((settings) => new DividesInPlace(settings)),
  'sample/keeps-nothing': () => samplerOf((settings) => new NeverTwice(settings)),
  'sample/dense-or-sparse': () => samplerOf((settings) => new ForgetsRest(settings)),
  'sample/as-its-processors': () => ({ ...samplerOf((settings) => new WithoutTheLast(settings)), plain: chained }),
  'sample/names-do-not-matter': () => samplerOf((settings) => new SkipsPadding(settings)),
  'sample/frequencies': () => samplerOf((settings) => new SkewedLuck(settings)),
  'sample/sequence-frequencies': () => samplerOf((settings) => new SameLuckAllAlong(settings)),
  'sample/shift-invariant': () => samplerOf((settings) => new Clips(settings)),
  'sample/cold-is-argmax': () => samplerOf((settings) => new Multiplies(settings)),
  'sample/temperature': () => samplerOf((settings) => new Twice(settings)),
  'sample/top-k': () => samplerOf((settings) => new OneMore(settings)),
  'sample/top-p': () => samplerOf((settings) => new WithoutTheLast(settings)),
  'sample/min-p': () => samplerOf((settings) => new OfAll(settings)),
  'sample/settings-nest': () => samplerOf((settings) => new EitherOr(settings)),
  'sample/told-is-read': () => draftingOf(() => new ForgetsBack()),
  'sample/ends': () => draftingOf(() => new Silent()),
  // whose drafts are all priced at the last position
  'sample/logprobs': () => ({
    ...draftingOf(() => new Drafting()),
    loop: {
      ...LOOP,
      async *steps(...asked) {
        for await (const step of LOOP.steps(...asked))
          yield step.logprobs ? { ...step, logprobs: step.logprobs.map((one, _, all) => ({ ...one, ...all.at(-1)!, id: one.id })) } : step;
      },
    },
  }),
  'sample/leaves-nothing-open': () => ({
    ...draftingOf(() => new Drafting()),
    loop: {
      ...LOOP,
      steps: (model, { release: _, ...sampler }, ...rest) => LOOP.steps(model, sampler, ...rest),
    },
  }),
};
