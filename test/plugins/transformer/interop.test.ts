import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoModelForCausalLM, env, type PreTrainedModel, Tensor } from '@huggingface/transformers';
import type { Static } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble, createRandom, normal, steps } from '../../../core/index.ts';
import { isDeep } from '../../../core/laws/index.ts';
import type { Value } from '../../../plugins/toolkit/index.ts';
import { parametersOf } from '../../../plugins/transformer/architecture/parameters.ts';
import { TransformerAttention } from '../../../plugins/transformer/attend.ts';
import { TransformerDecoder } from '../../../plugins/transformer/decode.ts';
import { TransformerEncoder } from '../../../plugins/transformer/encode.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import type { TransformerOptions } from '../../../plugins/transformer/options.ts';

const VOCABULARY = 61;
const LENGTH = 64;

/** The likeliest id, the first of several. */
const greedy = {
  sample: (prediction: { readonly logits: { readonly data: Float32Array } }) => {
    const { data } = prediction.logits;
    return { inputIds: [Int32Array.of(data.indexOf(Math.max(...data)))] };
  },
};

const continued = async (model: TransformerModel, prompt: readonly number[]): Promise<number[]> => {
  const stages = {
    encoder: new TransformerEncoder(model),
    attention: new TransformerAttention(model),
    decoder: new TransformerDecoder(model),
  };
  const request = { prompt: [{ tokens: Int32Array.from(prompt) }], random: createRandom(0), limit: LENGTH };
  const said: number[] = [];
  for await (const step of steps(assemble(stages as never), greedy as never, request)) said.push(...step.emitted);
  return said;
};

/** What transformers.js says after a prompt. */
const theirTokens = async (model: PreTrainedModel, prompt: readonly number[]): Promise<number[]> => {
  const ids = new Tensor('int64', BigInt64Array.from(prompt, BigInt), [1, prompt.length]);
  const mask = new Tensor('int64', new BigInt64Array(prompt.length).fill(1n), [1, prompt.length]);
  const how = { inputs: ids, attention_mask: mask, max_new_tokens: LENGTH, do_sample: false, eos_token_id: null };
  const made = (await model.generate(how as never)) as Tensor;
  const said = Array.from(made.data as BigInt64Array, Number).slice(prompt.length);
  expect(said).toHaveLength(LENGTH);
  return said;
};

const open = (folder: string): Promise<PreTrainedModel> =>
  AutoModelForCausalLM.from_pretrained(folder, { dtype: 'fp32', device: 'cpu', local_files_only: true });

describe('a model saved here is run by @huggingface/transformers', () => {
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'transformer-interop-'));
    env.allowRemoteModels = false;
  });
  afterAll(() => rm(home, { recursive: true }));

  const shapes: Readonly<Record<string, Static<typeof TransformerOptions>>> = {
    gpt2: {},
    llama: { preset: 'llama', kv_heads: 2, tied_embeddings: true },
    ...(isDeep() && {
      mistral: { preset: 'llama', kv_heads: 1, window: 20 },
      qwen3: { preset: 'llama', qk_norm: true, head_width: 12 },
    }),
  };
  for (const [name, settings] of Object.entries(shapes)) {
    it(`${name}: the same greedy tokens, 10 prompts × ${LENGTH}`, async () => {
      const tokenizer = { vocabulary: VOCABULARY, start: 59, stop: 60 };
      const folder = join(home, name);
      await using model = new TransformerModel({ layers: 2, heads: 4, width: 32, context: 96, ...settings }, tokenizer);
      const random = createRandom(7);
      const weights = [...parametersOf(model.architecture)].map(([name, { shape, initial }]): [string, Value] => {
        const middle = 'fill' in initial ? initial.fill : 0;
        const size = shape.reduce((product, dim) => product * dim, 1);
        return [name, { dims: shape, data: Float32Array.from({ length: size }, () => middle + 0.25 * normal(random)) }];
      });
      await model.learn(new Map(weights));
      await mkdir(folder);
      await model.save(folder);

      const theirs = await open(folder);
      await using again = new TransformerModel({ model: folder }, tokenizer);
      const said = new Set<string>();
      for (let seed = 0; seed < 10; seed++) {
        const prompt = Array.from({ length: 1 + 2 * seed }, (_, i) => (7 * seed + 13 * i * i + 3) % 59);
        const wanted = await theirTokens(theirs, prompt);
        expect(await continued(model, prompt)).toEqual(wanted);
        expect(await continued(again, prompt)).toEqual(wanted);
        said.add(wanted.join());
      }
      expect(said.size).toBeGreaterThan(5);
      await theirs.dispose();
    });
  }
});

describe("somebody's graph with past and present is run here", () => {
  for (const name of ['gpt2', 'llama']) {
    it(`${name}: the same greedy tokens as transformers.js`, async () => {
      const folder = join(import.meta.dirname, 'foreign', name);
      const theirs = await open(folder);
      await using model = new TransformerModel({ model: folder }, { vocabulary: 19 });
      for (let seed = 0; seed < 10; seed++) {
        const prompt = Array.from({ length: 1 + seed }, (_, i) => (5 * seed + 7 * i * i + 2) % 19);
        expect(await continued(model, prompt)).toEqual(await theirTokens(theirs, prompt));
      }
      await theirs.dispose();
    });
  }
});
