import { logitsAt, type Prediction, type Request, type Sampler, Type } from '../../../../core/index.ts';
import { LOOP, type SamplerSubject, softmax } from '../../../../core/laws/index.ts';

/** The settings of the sampler below. */
const FilteringOptions = Type.Object(
  {
    temperature: Type.Number({ minimum: 0, maximum: 4, default: 1 }),
    top_k: Type.Integer({ minimum: 0, maximum: 12, default: 0 }),
    top_p: Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 1 }),
    min_p: Type.Number({ minimum: 0, maximum: 1, default: 0 }),
  },
  { additionalProperties: false },
);

/** Settings of the sampler below, all of them. */
export interface Settings {
  readonly temperature: number;
  readonly top_k: number;
  readonly top_p: number;
  readonly min_p: number;
}

const NEUTRAL: Settings = { temperature: 1, top_k: 0, top_p: 1, min_p: 0 };

/** A sampler that is right, slowly: every filter is a step that a mutant can replace. */
export class Filtering implements Sampler {
  readonly settings: Settings;

  constructor(settings: Partial<Settings> = {}) {
    this.settings = { ...NEUTRAL, ...settings };
  }

  logits(prediction: Prediction): Float32Array {
    if (prediction.kind !== 'categorical') throw new Error('logits only');
    return logitsAt(prediction.logits, 0);
  }

  probabilities(logits: Float32Array): Float64Array {
    const { temperature } = this.settings;
    if (temperature > 0) return softmax(logits, temperature);
    const best = logits.indexOf(Math.max(...logits));
    return Float64Array.from(logits, (_, id) => (id === best ? 1 : 0));
  }

  topK(p: number, all: Float64Array): boolean {
    return this.settings.top_k === 0 || all.filter((q) => q > p).length < this.settings.top_k;
  }

  topP(p: number, all: Float64Array): boolean {
    return all.reduce((sum, q) => (q > p ? sum + q : sum), 0) < this.settings.top_p;
  }

  minP(p: number, all: Float64Array): boolean {
    return p >= this.settings.min_p * all.reduce((a, b) => Math.max(a, b), 0);
  }

  kept(all: Float64Array): Float64Array {
    const verdicts = new Map<number, boolean>();
    for (const p of new Set(all)) verdicts.set(p, this.topK(p, all) && this.topP(p, all) && this.minP(p, all));
    return all.map((p) => (verdicts.get(p) ? p : 0));
  }

  luck({ random }: Request): number {
    return random();
  }

  pick(weights: Float64Array, u: number): number {
    let left = u * weights.reduce((sum, weight) => sum + weight, 0);
    let last = 0;
    for (const [id, weight] of weights.entries()) {
      if (weight === 0) continue;
      last = id;
      left -= weight;
      if (left < 0) break;
    }
    return last;
  }

  choose(prediction: Prediction, request: Request): number {
    return this.pick(this.kept(this.probabilities(this.logits(prediction))), this.luck(request));
  }

  sample(prediction: Prediction, _rows: unknown, _state: unknown, request: Request): ReturnType<Sampler['sample']> {
    return { inputIds: [Int32Array.of(this.choose(prediction, request))] };
  }
}

/** A sampler of these settings under its laws. */
export const samplerOf = (make: (settings: Partial<Settings>) => Sampler): SamplerSubject => ({
  make,
  capabilities: {},
  schema: FilteringOptions,
  neutral: { ...NEUTRAL },
  loop: LOOP,
});
