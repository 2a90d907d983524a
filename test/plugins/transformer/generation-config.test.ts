import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenerationConfig } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { generationOf } from '../../../plugins/transformer/loading/generation-config.ts';
import { GENERATION_KEYS } from '../../../plugins/transformer/loading/generation-keys.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'transformer-generation-'));
});
afterAll(() => rm(home, { recursive: true }));

/** A folder with the two files; the second may be absent, or a text. */
const folder = async (config: object, generation?: object | string): Promise<string> => {
  const made = await mkdtemp(join(home, 'folder-'));
  await writeFile(join(made, 'config.json'), JSON.stringify(config));
  if (generation !== undefined)
    await writeFile(join(made, 'generation_config.json'), typeof generation === 'string' ? generation : JSON.stringify(generation));
  return made;
};

const told = async (generation: object | string) => generationOf(await folder({}, generation));

/** What is said on standard error of a folder. */
const warned = async (config: object, generation?: object): Promise<string[]> => {
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  try {
    await generationOf(await folder(config, generation));
    return emit.mock.calls.map(([message, options]) => `${(options as { type: string }).type}: ${message}`);
  } finally {
    emit.mockRestore();
  }
};

/** What transformers 4.57 takes for granted, which older files spell out. */
const OLDER = {
  max_length: 20,
  min_length: 0,
  early_stopping: false,
  do_sample: false,
  num_beams: 1,
  use_cache: true,
  temperature: 1,
  top_k: 50,
  top_p: 1,
  typical_p: 1,
  epsilon_cutoff: 0,
  eta_cutoff: 0,
  diversity_penalty: 0,
  num_beam_groups: 1,
  repetition_penalty: 1,
  encoder_repetition_penalty: 1,
  length_penalty: 1,
  no_repeat_ngram_size: 0,
  renormalize_logits: false,
  remove_invalid_values: false,
  token_healing: false,
  num_return_sequences: 1,
  output_attentions: false,
  output_hidden_states: false,
  output_scores: false,
  return_dict_in_generate: false,
  encoder_no_repeat_ngram_size: 0,
  num_assistant_tokens: 20,
  num_assistant_tokens_schedule: 'constant',
  assistant_confidence_threshold: 0.4,
  assistant_lookbehind: 10,
  target_lookbehind: 10,
  disable_compile: false,
  stop_strings: null,
  guidance_scale: null,
};

describe('generation_config.json', () => {
  it.each<[object, object]>([
    [{}, { sample: { use: 'greedy' } }],
    [{ do_sample: true }, { sample: { use: 'sampling', with: { top_k: 50 } } }],
    [{ do_sample: true, top_k: null }, { sample: { use: 'sampling', with: { top_k: 50 } } }],
    [{ do_sample: true, top_k: 0 }, { sample: { use: 'sampling', with: { top_k: 0 } } }],
    [
      { do_sample: true, temperature: 0.6, top_k: 7, top_p: 0.9, min_p: 0.1, repetition_penalty: 1.2 },
      { sample: { use: 'sampling', with: { temperature: 0.6, top_k: 7, top_p: 0.9, min_p: 0.1, repetition_penalty: 1.2 } } },
    ],
    [{ do_sample: true, temperature: 0 }, { sample: { use: 'greedy' } }],
    [{ do_sample: true, top_p: 0 }, { sample: { use: 'greedy' } }],
    [{ repetition_penalty: 1.3 }, { sample: { use: 'greedy', with: { repetition_penalty: 1.3 } } }],
    [{ max_new_tokens: 7 }, { sample: { use: 'greedy' }, generate: { max_new_tokens: 7 } }],
    [{ max_length: 40 }, { sample: { use: 'greedy' }, generate: { max_length: 40 } }],
    [
      { max_length: 40, max_new_tokens: 7 },
      { sample: { use: 'greedy' }, generate: { max_new_tokens: 7 } },
    ],
    [
      { min_new_tokens: 2, stop_strings: ['x', '\n'] },
      { sample: { use: 'greedy' }, generate: { min_new_tokens: 2, stop: ['x', '\n'] } },
    ],
    [
      { stop_strings: 'x', min_new_tokens: 0 },
      { sample: { use: 'greedy' }, generate: { stop: ['x'] } },
    ],
    [{ stop_strings: '' }, { sample: { use: 'greedy' } }],
    [{ num_return_sequences: 3 }, { sample: { use: 'greedy' }, generate: { count: 3 } }],
  ])('%j', async (generation, wanted) => expect(await told(generation)).toEqual(wanted));

  it('may spell out all that Hugging Face takes for granted', async () => {
    const { streamer: _, generation_kwargs: __, ...theirs } = { ...new GenerationConfig({} as never) } as Record<string, unknown>;
    for (const [name, usual] of [
      ['transformers.js', theirs],
      ['transformers', OLDER],
    ] as const) {
      expect(
        Object.keys(usual).filter((key) => !(key in GENERATION_KEYS)),
        name,
      ).toEqual([]);
      expect(await told({ ...usual, max_length: null, num_return_sequences: null }), name).toEqual({
        sample: { use: 'greedy', with: { repetition_penalty: 1 } },
      });
      expect(await warned({}, usual), name).toEqual([]);
    }
  });

  it('is refused with all that is not done, each by its name, and the mend', async () => {
    const asked = {
      num_beams: 4,
      no_repeat_ngram_size: 1,
      suppress_tokens: [3],
      min_length: 2,
      guidance_scale: 2,
    };
    const error = await told(asked).catch((error: Error & { code: string }) => error);
    expect(error).toMatchObject({ code: 'TRANSFORMER_GENERATION' });
    for (const key of Object.keys(asked)) expect(String(error)).toContain(`"${key}" is `);
    expect(String(error)).toMatch(/generation_config\.json".*take it out there, or write a pipeline/);
    for (const [key, meaning] of Object.entries(GENERATION_KEYS)) {
      if (meaning.use !== 'refused') continue;
      for (const neutral of [null, ...meaning.neutral]) await told({ do_sample: true, [key]: neutral });
      await expect(told({ do_sample: true, [key]: 0.37 }), key).rejects.toThrow(`"${key}" is 0.37`);
    }
  });

  it.each([
    { temperature: 'hot' },
    { temperature: -1 },
    { do_sample: 'yes' },
    { top_k: -3 },
    { top_k: 1.5 },
    { top_p: 1.01 },
    { min_p: [0.1] },
    { repetition_penalty: 0 },
    { max_new_tokens: 0 },
    { min_new_tokens: -1 },
    { stop_strings: [1] },
    { stop_strings: [''] },
    { max_length: '9' },
    { num_return_sequences: 0 },
    { eos_token_id: ['</s>'] },
    { bos_token_id: -2 },
  ])('is refused with a value of a wrong type: %j', async (generation) => {
    const [[key, value]] = Object.entries(generation) as [[string, unknown]];
    await expect(told(generation)).rejects.toThrow(`"${key}" is ${JSON.stringify(value)}, and `);
  });

  it.each(['{', '[1]', 'null', '{"temperature": NaN}'])('is refused where it is no object: %s', async (text) => {
    await expect(told(text)).rejects.toMatchObject({ code: 'TRANSFORMER_FILE' });
  });

  it('says on standard error what nobody knows, and what counts only by chance', async () => {
    expect(await warned({}, { chat_format: 'chatml', shiny: 1, nothing: null })).toEqual([
      expect.stringMatching(/^StagewrightWarning: ".*generation_config\.json" has what is not known .*: chat_format, shiny\.$/),
    ]);
    expect(await warned({}, { temperature: 0.7, typical_p: 0.5, top_p: 1 })).toEqual([
      expect.stringMatching(/counts only with "do_sample": true: temperature, typical_p\.$/),
    ]);
    expect(await warned({}, { do_sample: true, temperature: 0.7 })).toEqual([]);
  });
});

describe('config.json of older folders', () => {
  it('counts where there is no generation_config.json, and is named where there is one', async () => {
    const config = { vocab_size: 9, do_sample: true, temperature: 0.5, max_length: 30, use_cache: false };
    expect(await generationOf(await folder(config))).toEqual({
      sample: { use: 'sampling', with: { temperature: 0.5, top_k: 50 } },
      generate: { max_length: 30 },
    });
    await expect(folder({ num_beams: 3 }).then(generationOf)).rejects.toThrow(/config\.json" asks for .*"num_beams" is 3/);
    expect(await generationOf(await folder(config, {}))).toEqual({ sample: { use: 'greedy' } });
    expect(await warned(config, {})).toEqual([expect.stringMatching(/does not count beside .*: do_sample, temperature, max_length\.$/)]);
    expect(await warned({ do_sample: false, num_beams: 1, top_k: 50, eos_token_id: 2 }, {})).toEqual([]);
  });

  it('is not refused with what only a pipeline of Hugging Face takes from it', async () => {
    const config = { model_type: 'gpt2', task_specific_params: { 'text-generation': { do_sample: true, max_length: 50 } } };
    expect(await generationOf(await folder(config, { bos_token_id: 50256, eos_token_id: 50256 }))).toEqual({ sample: { use: 'greedy' } });
    expect(await generationOf(await folder(config))).toEqual({ sample: { use: 'greedy' } });
  });
});
