import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble, createRandom, type LentModel, normal, type Stages, score } from '../../../core/index.ts';
import { describeEvaluator, wholeBackend } from '../../../core/laws/index.ts';
import { GanAttention } from '../../../plugins/gan/attend.ts';
import { GanDecoder } from '../../../plugins/gan/decode.ts';
import { DISCRIMINATE, GanEncoder } from '../../../plugins/gan/encode.ts';
import { Realism } from '../../../plugins/gan/realism.ts';
import { LevelsTokenizer } from '../../../plugins/numbers/levels-tokenizer.ts';
import { ganOf, say, tokenizerOf, train } from './made.ts';

const tokenizer = new LevelsTokenizer({ fields: 2, low: -1, high: 1, levels: 64, outside: 'refuse' });
const gan = ganOf(tokenizer, { latent: 2, width: 16, depth: 2 });
const random = createRandom(11);
/** Points about (½, ½). */
const point = () => [0.5 + 0.05 * normal(random), 0.5 + 0.05 * normal(random)];

const stages = { encoder: new GanEncoder(gan), attention: new GanAttention(), decoder: new GanDecoder(gan) } as unknown as Stages;
const opened: LentModel = { model: assemble(stages), tokenizer };
const realism = new Realism('made', async () => opened);
const item = (kind: 'generated' | 'real', raw: readonly number[]) => ({ kind, raw, row: { tokens: tokenizer.tokenize(raw) } }) as const;

beforeAll(async () => {
  const rows = Array.from({ length: 200 }, () => ({ tokens: tokenizer.tokenize(point()) }));
  await train(gan, rows, { steps: 60, batch: 32, learning_rate: 2e-3 });
});
afterAll(() => gan[Symbol.asyncDispose]());

const judged = async (items: readonly ReturnType<typeof item>[]) => {
  let scores: Awaited<ReturnType<Realism['evaluate']>> | undefined;
  for (const one of items) scores = await realism.evaluate(one, scores);
  return realism.report(scores!);
};

describe('realism', () => {
  it('finds points where real ones are more real than points where none are', async () => {
    const near = Array.from({ length: 20 }, () => item('real', point()));
    const far = Array.from({ length: 20 }, () => item('generated', [-0.5 + 0.05 * normal(random), -0.5]));
    const { generated_score, real_score, generated_above_real } = await judged([...near, ...far]);
    expect(generated_score).toBeLessThan(real_score!);
    expect(generated_above_real).toBeLessThan(0.1);
    expect(await judged([...near, ...near.map(({ raw }) => item('generated', raw))])).toMatchObject({ generated_above_real: 0.5 });
  });

  it('judges a row without a label under the one that suits it best', async () => {
    const labelled = tokenizerOf({ vocabulary: 8, shape: [2], given: tokenizerOf({ vocabulary: 3 }) });
    await using judge = ganOf(labelled, { latent: 1, width: 4, depth: 1, condition: 'concatenation' });
    const rows = Array.from({ length: 24 }, (_, at) => ({ tokens: Int32Array.of(at % 8, at % 5), given: Int32Array.of(at % 3) }));
    await train(judge, rows, { steps: 5, batch: 8 });
    const task = { name: DISCRIMINATE };
    const tokens = Int32Array.of(3, 4);
    const { features } = await say(judge, [{ tokens, task }, ...[0, 1, 2].map((label) => ({ tokens, task, given: Int32Array.of(label) }))]);
    const [free, ...told] = Array.from(features!.data).filter((_, at) => at % 2 === 0); // a score at each of two positions
    expect(new Set(told).size).toBe(3);
    expect(free).toBe(Math.max(...told));
  });

  it('is refused by a model that is no GAN', async () => {
    const { encoder, attention, decoder } = wholeBackend({ kind: 'point' });
    const other = new Realism('models/whole', async () => ({ model: assemble({ encoder, attention, decoder }), tokenizer }));
    await expect(other.evaluate(item('real', [0, 0]))).rejects.toMatchObject({ code: 'GAN_NO_JUDGE' });
  });

  it('gives a GAN no likelihood', async () => {
    await expect(score(opened.model, [{ tokens: new Int32Array(0) }], { extent: 'whole' })).rejects.toMatchObject({
      code: 'NO_LIKELIHOOD',
    });
  });
});

const inside = fc.integer({ min: -64, max: 64 }).map((n) => n / 64);
await describeEvaluator(
  {
    evaluator: realism,
    capabilities: { items: ['generated', 'real'] },
    item: fc.tuple(fc.constantFrom('generated' as const, 'real' as const), inside, inside).map(([kind, x, y]) => item(kind, [x, y])),
    tolerance: 1e-6,
  } as never,
  { describe, it, seconds: 0.5 },
);
