import type { Decoder, Prediction } from '../../core/index.ts';
import type { Latents } from './latents.ts';
import type { VaeModel } from './model.ts';

/** Codes to the likelihood of every position, with the divergence as what a row costs beyond. */
export class VaeDecoder implements Decoder<Latents> {
  readonly #model: VaeModel;

  constructor(model: VaeModel) {
    this.#model = model;
  }

  async decode({ codes = new Float32Array(0), given, cost = [] }: Latents): Promise<Prediction> {
    const { length, levels, likelihood } = this.#model.layout;
    const { logits, mean, log_scale } = await this.#model.decode(codes, given);
    const positions = cost.length * length;
    const whole = { extent: 'whole', counts: cost.map(() => length), cost } as const;
    const tensor = (value: typeof logits, width: number) => ({
      dims: width === 1 ? [positions] : [positions, width],
      data: value!.data as Float32Array,
    });
    if (likelihood === 'logistic') return { ...whole, kind: 'logistic', mean: tensor(mean, 1), logScale: tensor(log_scale, 1), levels };
    return { ...whole, kind: 'categorical', logits: likelihood === 'bernoulli' ? pairs(tensor(logits, 1).data) : tensor(logits, levels) };
  }
}

/** The logit of the second of two ids as logits of both, [positions, 2]. */
const pairs = (second: Float32Array) => {
  const data = new Float32Array(2 * second.length);
  second.forEach((logit, position) => {
    data[2 * position + 1] = logit;
  });
  return { dims: [second.length, 2], data };
};
