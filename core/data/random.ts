import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Uniform in [0, 1); seeded and owned by one request, so that its luck never depends on its neighbours. */
export interface Random {
  (): number;
  /** What it takes to go on from here after an interruption: hand it to `createRandom`. */
  readonly state: () => readonly number[];
}

/** The generator xoroshiro128+ at 53 bits a draw, from a seed and a stream number (same seed, other stream: unrelated luck) or from a kept state. */
export const createRandom = (seed: number | readonly number[], stream = 0): Random => {
  const generator = typeof seed === 'number' ? seeded(seed, stream) : xoroshiro128plusFromState(seed);
  const draw = (): number => ((generator.next() >>> 5) * 67108864 + (generator.next() >>> 6)) / 9007199254740992;
  return Object.assign(draw, { state: () => generator.getState() });
};

const seeded = (seed: number, stream: number): ReturnType<typeof xoroshiro128plus> => {
  const generator = xoroshiro128plus(mix(mix(seed) ^ mix(stream + 0x51ed270b)));
  for (let skipped = 0; skipped < 8; skipped++) generator.next(); // its first words still show the seed
  return generator;
};

/** A standard normal draw, by the polar method of Marsaglia (1964). */
export const normal = (random: Random): number => {
  for (;;) {
    const x = 2 * random() - 1;
    const y = 2 * random() - 1;
    const r = x * x + y * y;
    if (r > 0 && r < 1) return x * Math.sqrt((-2 * Math.log(r)) / r);
  }
};

/** A 32-bit finaliser (the one of MurmurHash3), after folding in what a seed holds beyond 32 bits. */
const mix = (seed: number): number => {
  let x = (seed ^ Math.floor(seed / 4294967296)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
};
