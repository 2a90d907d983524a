/** How positions become angles: the base of the wavelengths, and how they are stretched for rows longer than those first learned from. */
export interface Rope {
  readonly theta: number;
  readonly scaling?: RopeScaling;
  /** How many of a head's values turn, the first of it; absent: all. Black et al. (2022). */
  readonly turned?: number;
}

/** The stretchings in use, under the names that Hugging Face's config.json has for them. */
export type RopeScaling =
  | { readonly type: 'linear'; readonly factor: number }
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly low_freq_factor: number;
      readonly high_freq_factor: number;
      readonly original_max_position_embeddings: number;
    }
  | {
      readonly type: 'yarn';
      readonly factor: number;
      readonly original_max_position_embeddings: number;
      readonly beta_fast?: number;
      readonly beta_slow?: number;
      readonly attention_factor?: number;
      readonly mscale?: number;
      readonly mscale_all_dim?: number;
      readonly truncate?: boolean;
    };

/** How many of a head's values turn. */
export const rotaryWidthOf = ({ rope, headWidth }: { readonly rope: Rope; readonly headWidth: number }): number => rope.turned ?? headWidth;

/** The angle of one position at each frequency, [width/2], and by what cosines and sines are scaled. Su et al. (2021). */
const frequencies = ({ theta, scaling }: Rope, width: number): { readonly angles: Float64Array; readonly scale: number } => {
  const angles = Float64Array.from({ length: width / 2 }, (_, at) => theta ** ((-2 * at) / width));
  if (!scaling) return { angles, scale: 1 };
  switch (scaling.type) {
    case 'linear':
      return { angles: angles.map((angle) => angle / scaling.factor), scale: 1 };
    case 'llama3':
      return { angles: angles.map((angle) => llama3(angle, scaling)), scale: 1 };
    case 'yarn':
      return yarn(angles, theta, width, scaling);
  }
};

/** Long waves are stretched, short ones kept, those between blended. Dubey et al. (2024). */
const llama3 = (angle: number, scaling: Extract<RopeScaling, { type: 'llama3' }>): number => {
  const { factor, low_freq_factor: low, high_freq_factor: high, original_max_position_embeddings: original } = scaling;
  const turns = (original * angle) / (2 * Math.PI);
  if (turns < low) return angle / factor;
  if (turns > high) return angle;
  const smooth = (turns - low) / (high - low);
  return ((1 - smooth) * angle) / factor + smooth * angle;
};

/** The same with a ramp between two numbers of turns, whose ends are rounded away from each other unless told, and sharper attention. Peng et al. (2023). */
const yarn = (angles: Float64Array, theta: number, width: number, scaling: Extract<RopeScaling, { type: 'yarn' }>) => {
  const { factor, original_max_position_embeddings: original, beta_fast: fast = 32, beta_slow: slow = 1, truncate = true } = scaling;
  const place = (turns: number): number => (width * Math.log(original / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [from, to] = [place(fast), place(slow)];
  const first = Math.max(truncate ? Math.floor(from) : from, 0);
  const last = Math.min(truncate ? Math.ceil(to) : to, width - 1);
  const span = first === last ? 0.001 : last - first;
  return {
    angles: angles.map((angle, at) => {
      const ramp = Math.min(1, Math.max(0, (at - first) / span));
      return (angle / factor) * ramp + angle * (1 - ramp);
    }),
    scale: sharpness(scaling),
  };
};

/** What cosines and sines are multiplied by: told, or of the factor, or the quotient of two such. */
const sharpness = ({ factor, attention_factor, mscale = 0, mscale_all_dim = 0 }: Extract<RopeScaling, { type: 'yarn' }>): number => {
  const of = (weight: number): number => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  return attention_factor ?? (mscale && mscale_all_dim ? of(mscale) / of(mscale_all_dim) : of(1));
};

/** Cosines and sines of some positions, [positions, width/2] each; the width is that of what turns. */
export const rotaryTables = (rope: Rope, width: number, positions: ArrayLike<number>): readonly [Float32Array, Float32Array] => {
  const { angles, scale } = frequencies(rope, width);
  const [cosines, sines] = [new Float32Array(positions.length * angles.length), new Float32Array(positions.length * angles.length)];
  for (let at = 0, i = 0; at < positions.length; at++) {
    for (const angle of angles) {
      cosines[i] = Math.cos(positions[at]! * angle) * scale;
      sines[i++] = Math.sin(positions[at]! * angle) * scale;
    }
  }
  return [cosines, sines];
};

/** What a score loses with each token of distance, head by head. Press, Smith and Lewis (2022). */
export const slopes = (heads: number): Float32Array => {
  const power = 2 ** Math.floor(Math.log2(heads));
  // those of a power of two, then every other one of twice as many
  return Float32Array.from({ length: heads }, (_, head) =>
    head < power ? 2 ** ((-8 * (head + 1)) / power) : 2 ** ((-4 * (2 * (head - power) + 1)) / power),
  );
};
