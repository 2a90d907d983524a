import type { Processor } from '../../../core/index.ts';

/** Divides logits by a temperature. */
export class TemperatureProcessor implements Processor {
  readonly #temperature: number;

  constructor({ temperature }: { readonly temperature: number }) {
    this.#temperature = temperature;
  }

  process(logits: Float32Array): undefined {
    if (this.#temperature === 1) return;
    const highest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY); // taken away first, so that no division overflows
    if (!Number.isFinite(highest)) return;
    for (let id = 0; id < logits.length; id++) {
      const below = logits[id]! - highest;
      logits[id] = below === 0 ? 0 : below / this.#temperature;
    }
  }
}
