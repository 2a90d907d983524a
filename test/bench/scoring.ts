import { assemble } from '../../core/decode-loop/model.ts';
import { score } from '../../core/decode-loop/score.ts';
import { createRandom, type Row } from '../../core/index.ts';
import { TransformerAttention } from '../../plugins/transformer/attend.ts';
import { TransformerDecoder } from '../../plugins/transformer/decode.ts';
import { TransformerEncoder } from '../../plugins/transformer/encode.ts';
import type { Say } from './main.ts';
import { made, median, SHAPES } from './transformer-models.ts';
import { prompt } from './transformer-reading.ts';

const ROWS = 64;
const ROUNDS = 3;

const rowsOf = (shortest: number, longest: number, vocabulary: number): Row[] => {
  const random = createRandom(5);
  return Array.from({ length: ROWS }, (_, i) => ({
    tokens: prompt(shortest + Math.floor(random() * (longest - shortest + 1)), i, vocabulary),
  }));
};

/** Rows a second, scored one after another and together, in turns; a ratio above 1 says how much faster together is. */
export const bench = async (say: Say): Promise<undefined> => {
  for (const shape of ['tiny', 'llama 110M'] as const) {
    await using held = await made(shape);
    const model = assemble({
      encoder: new TransformerEncoder(held),
      attention: new TransformerAttention(held),
      decoder: new TransformerDecoder(held),
    } as never);
    const lengths = [
      [4, 8],
      [8, 64],
      [256, 256],
    ] as const;
    for (const [shortest, longest] of lengths) {
      const rows = rowsOf(shortest, longest, SHAPES[shape].vocabulary).slice(0, longest > 64 ? 8 : ROWS);
      const pace = async (work: () => Promise<unknown>): Promise<number> => {
        const began = performance.now();
        await work();
        return (1000 * rows.length) / (performance.now() - began);
      };
      const [apart, together] = [[], []] as [number[], number[]];
      await score(model, rows.slice(0, 4)); // warm
      for (let round = 0; round < ROUNDS; round++) {
        apart.push(
          await pace(async () => {
            for (const row of rows) await score(model, [row]);
          }),
        );
        together.push(await pace(() => score(model, rows)));
      }
      const [a, b] = [median(apart), median(together)];
      say(
        `${shape}, rows of ${shortest}–${longest}: rows/s apart, together, ratio`,
        `${a.toFixed(1)} ${b.toFixed(1)} ${(b / a).toFixed(2)}`,
      );
    }
  }
  return undefined;
};
