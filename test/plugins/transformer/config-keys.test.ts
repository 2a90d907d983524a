import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { familyOf } from '../../../plugins/transformer/loading/families.ts';
import { GPT2_KEYS, LLAMA_KEYS } from '../../../plugins/transformer/loading/family-keys.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';

type Values = Readonly<Record<string, unknown>>;

const cases = JSON.parse(await readFile(join(import.meta.dirname, 'reference.json'), 'utf8')) as { readonly config: Values }[];
const plain = (type: string): Values => cases.find(({ config }) => config.model_type === type)!.config;

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'transformer-config-'));
});
afterAll(() => rm(home, { recursive: true }));

const folder = async (type: string, more: Values): Promise<string> => {
  const made = await mkdtemp(join(home, 'folder-'));
  await writeFile(join(made, 'config.json'), JSON.stringify({ ...plain(type), ...more }));
  return made;
};
const read = async (type: string, more: Values) => familyOf(await folder(type, more)).architecture;

/** What is said on standard error of a folder, when a model is made of it twice. */
const warned = async (type: string, more: Values): Promise<string[]> => {
  const model = await folder(type, more);
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  try {
    for (let i = 0; i < 2; i++) new TransformerModel({ model }, { vocabulary: 19 });
    return emit.mock.calls.map(([message]) => String(message));
  } finally {
    emit.mockRestore();
  }
};

/** What transformers 4.57 writes into any config.json that has nothing of its own, and 5.18 besides. */
const WRITTEN = {
  return_dict: true,
  output_hidden_states: false,
  output_attentions: false,
  torchscript: false,
  torch_dtype: 'bfloat16',
  dtype: 'float32',
  use_bfloat16: false,
  tf_legacy_loss: false,
  pruned_heads: {},
  chunk_size_feed_forward: 0,
  is_encoder_decoder: false,
  is_decoder: false,
  cross_attention_hidden_size: null,
  add_cross_attention: false,
  tie_encoder_decoder: false,
  finetuning_task: null,
  id2label: { 0: 'LABEL_0', 1: 'LABEL_1' },
  label2id: { LABEL_0: 0, LABEL_1: 1 },
  task_specific_params: { 'text-generation': { do_sample: true, max_length: 50 } },
  problem_type: null,
  tokenizer_class: null,
  prefix: null,
  bos_token_id: 1,
  eos_token_id: [2, 3],
  pad_token_id: null,
  sep_token_id: null,
  decoder_start_token_id: null,
  max_length: 20,
  do_sample: false,
  num_beams: 1,
  temperature: 1,
  _name_or_path: '',
  transformers_version: '5.18.0',
  use_cache: true,
  initializer_range: 0.02,
  quantization_config: null,
};
const OWN: Readonly<Record<string, Values>> = {
  gpt2: {
    architectures: ['GPT2LMHeadModel'],
    n_ctx: 32,
    n_inner: null,
    resid_pdrop: 0.1,
    embd_pdrop: 0.1,
    attn_pdrop: 0.1,
    summary_type: 'cls_index',
    summary_use_proj: true,
    summary_activation: null,
    summary_proj_to_labels: true,
    summary_first_dropout: 0.1,
    scale_attn_weights: true,
    scale_attn_by_inverse_layer_idx: false,
    reorder_and_upcast_attn: true,
  },
  llama: {
    architectures: ['LlamaForCausalLM'],
    pretraining_tp: 2,
    attention_bias: false,
    attention_dropout: 0.1,
    mlp_bias: false,
    rope_scaling: null,
  },
  mistral: { architectures: ['MistralForCausalLM'], attention_dropout: 0 },
  qwen2: {
    architectures: ['Qwen2ForCausalLM'],
    use_sliding_window: false,
    sliding_window: 32768,
    max_window_layers: 28,
    layer_types: ['full_attention', 'full_attention'],
    rope_parameters: { rope_type: 'default', rope_theta: 10000 },
  },
  qwen3: {
    architectures: ['Qwen3ForCausalLM'],
    attention_bias: false,
    use_sliding_window: false,
    sliding_window: null,
    max_window_layers: 36,
  },
};

describe('config.json', () => {
  it.each(Object.keys(OWN))('may say all that Hugging Face writes for %s, and nothing is said of it', async (type) => {
    const more = { ...WRITTEN, ...OWN[type] };
    expect(await read(type, more)).toEqual(await read(type, {}));
    expect(await warned(type, more)).toEqual([]);
  });

  it('is refused with all that would change what comes out, each by its name', async () => {
    for (const [type, keys] of [
      ['gpt2', GPT2_KEYS],
      ['llama', LLAMA_KEYS],
    ] as const) {
      const refused = Object.entries(keys).flatMap(([key, meaning]) =>
        meaning.use === 'refused' ? [[key, meaning.neutral] as const] : [],
      );
      expect(refused.length).toBeGreaterThan(30);
      const all = Object.fromEntries(refused.map(([key]) => [key, 0.37]));
      const error = await read(type, all).catch((error: Error & { code: string }) => error);
      expect(error).toMatchObject({ code: 'TRANSFORMER_KEYS' });
      for (const [key, neutral] of refused) {
        expect(String(error)).toContain(`"${key}" is 0.37, and `);
        for (const value of [null, ...neutral]) expect(await read(type, { [key]: value }), key).toEqual(await read(type, {}));
      }
    }
    await expect(read('llama', { quantization_config: { quant_method: 'gptq' } })).rejects.toThrow(
      /quantised weights are not read: take the same model/,
    );
  });

  it.each<[unknown, boolean]>([
    [['LlamaForCausalLM'], true],
    [['LLaMAForCausalLM'], true],
    [['LlamaModel'], true],
    [[], true],
    [null, true],
    [['LlamaForSequenceClassification'], false],
    [['LlamaBidirectionalModel'], false],
    ['LlamaForCausalLM', false],
  ])('has architectures %j: %j', async (architectures, good) => {
    const made = read('llama', { architectures });
    if (good) expect(await made).toEqual(await read('llama', {}));
    else await expect(made).rejects.toThrow(/"architectures" is .*language model of one direction/);
  });

  it('names once what nobody knows, rotary settings included', async () => {
    expect(await warned('llama', { shiny: 1, empty: null, rope_scaling: { rope_type: 'linear', factor: 2, shine: 3 } })).toEqual([
      expect.stringMatching(/config\.json" has what is not known here and changes nothing: shiny, rope_scaling\.shine\.$/),
    ]);
    expect(await warned('gpt2', { rope_theta: 5 })).toEqual([expect.stringMatching(/: rope_theta\.$/)]);
    expect(await warned('llama', { rope_scaling: { type: 'linear', factor: 2, mscale: 3, finetuned: true } })).toEqual([
      expect.stringMatching(/has what its rope_type does not take: rope_scaling\.mscale\.$/),
    ]);
  });

  it('of GPT-2 may have the usual names, unless both differ', async () => {
    const { n_embd: _, n_layer: __, ...rest } = plain('gpt2');
    const made = await mkdtemp(join(home, 'folder-'));
    await writeFile(join(made, 'config.json'), JSON.stringify({ ...rest, hidden_size: 16, num_hidden_layers: 2 }));
    expect(familyOf(made).architecture).toEqual(await read('gpt2', {}));
    await expect(read('gpt2', { hidden_size: 24 })).rejects.toThrow(/24 as "hidden_size", and as "n_embd", 16 is wanted/);
  });

  it.each([
    ['gelu_fast', 'gelu_tanh'],
    ['gelu_python', 'gelu'],
    ['swish', 'silu'],
  ])('has %s, which is %s', async (hidden_act, activation) => expect(await read('llama', { hidden_act })).toMatchObject({ activation }));

  it('has as many heads of keys as of queries where it says null', async () => {
    expect(await read('mistral', { num_key_value_heads: null })).toMatchObject({ kvHeads: 4 });
  });
});

describe('a window', () => {
  const all = (kind: string): string[] => [`${kind}_attention`, `${kind}_attention`];
  const long = { max_position_embeddings: 8192 };
  it.each<[string, Values, number | undefined]>([
    ['mistral', { sliding_window: 5 }, 5],
    ['mistral', { sliding_window: null }, undefined],
    ['mistral', { sliding_window: undefined }, undefined], // 4096, and no row has more than 32
    ['mistral', { sliding_window: undefined, ...long }, 4096],
    ['mistral', { sliding_window: 5, layer_types: all('sliding') }, 5],
    ['qwen2', { use_sliding_window: true, sliding_window: 5, max_window_layers: 0 }, 5],
    ['qwen2', { use_sliding_window: true, max_window_layers: 0, ...long }, 4096],
    ['qwen2', { use_sliding_window: true, sliding_window: 5 }, undefined], // of 28 layers on
    ['qwen2', { use_sliding_window: true, sliding_window: 5, max_window_layers: 2 }, undefined],
    ['qwen2', { use_sliding_window: true, sliding_window: 64, max_window_layers: 1 }, undefined], // which no row outgrows
    ['qwen3', { use_sliding_window: true, sliding_window: 5, layer_types: all('sliding') }, 5],
    ['qwen3', { use_sliding_window: true, sliding_window: 5, layer_types: all('full') }, undefined],
    ['qwen3', { use_sliding_window: false, sliding_window: 5, max_window_layers: 0 }, undefined],
    ['llama', { sliding_window: 32 }, undefined],
    ['llama', { sliding_window: 5, use_sliding_window: false }, undefined],
    ['llama', { layer_types: all('full') }, undefined],
  ])('of %s with %j is %j', async (type, more, window) => expect((await read(type, more)).window).toBe(window));

  it.each<[string, Values, RegExp]>([
    ['llama', { sliding_window: 5 }, /5 as "sliding_window", and null/],
    [
      'qwen2',
      { use_sliding_window: true, sliding_window: 5, max_window_layers: 1 },
      /1 as "max_window_layers", and a window in all layers alike/,
    ],
    [
      'qwen3',
      { use_sliding_window: true, sliding_window: 5, layer_types: ['full_attention', 'sliding_attention'] },
      /"layer_types".*in all layers/,
    ],
    ['qwen3', { layer_types: all('sliding') }, /"layer_types".*in all layers/],
    ['mistral', { sliding_window: 5, layer_types: all('full') }, /"layer_types", and "sliding_attention" for a window of 5/],
    [
      'llama',
      { layer_types: ['linear_attention', 'full_attention'] },
      /"layer_types", and a list of 2, each full_attention or sliding_attention/,
    ],
    ['llama', { layer_types: ['full_attention'] }, /a list of 2/],
    ['qwen2', { use_sliding_window: 'yes' }, /"use_sliding_window", and true or false/],
    ['qwen2', { max_window_layers: -1, use_sliding_window: true }, /"max_window_layers", and a whole number/],
  ])('of %s with %j is refused', async (type, more, message) => {
    await expect(read(type, more)).rejects.toThrow(message);
  });
});

describe('rotary settings', () => {
  const rope = async (more: Values) => (await read('llama', { head_dim: 8, ...more })).rope;
  it.each<[Values, object]>([
    [{ rope_theta: 5 }, { theta: 5 }],
    [{ rope_theta: 5, rope_parameters: { rope_theta: 7, rope_type: 'default' } }, { theta: 7 }],
    [{ partial_rotary_factor: 0.5 }, { theta: 10000, turned: 4 }],
    [
      { partial_rotary_factor: 0.5, rope_parameters: { partial_rotary_factor: 0.25 } },
      { theta: 10000, turned: 2 },
    ],
    [{ partial_rotary_factor: 1 }, { theta: 10000 }],
    [
      { original_max_position_embeddings: 8, rope_scaling: { rope_type: 'yarn', factor: null, original_max_position_embeddings: 16 } },
      { theta: 10000, scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 8 } },
    ],
    [
      { rope_scaling: { type: 'yarn', factor: 2, mscale: 0, mscale_all_dim: 1, truncate: false } },
      { theta: 10000, scaling: { type: 'yarn', factor: 2, original_max_position_embeddings: 32, mscale_all_dim: 1, truncate: false } },
    ],
    [
      { rope_scaling: { type: 'linear', factor: 2 }, rope_parameters: { type: 'linear', factor: 2 } },
      { theta: 10000, scaling: { type: 'linear', factor: 2 } },
    ],
  ])('%j', async (more, wanted) => expect(await rope(more)).toEqual(wanted));

  it.each<[Values, RegExp]>([
    [{ rope_scaling: { rope_type: 'dynamic', factor: 2 } }, /"dynamic" as "rope_type", and one of default, linear, llama3, yarn/],
    [{ rope_scaling: { rope_type: 'longrope', short_factor: [1], long_factor: [1] } }, /"longrope" as "rope_type"/],
    [{ rope_scaling: { rope_type: 'proportional' } }, /"proportional"/],
    [{ rope_scaling: { rope_type: 'default', mrope_section: [1, 1, 2] } }, /"mrope_section" is \[1,1,2\], and positions of pictures/],
    [{ rope_parameters: { full_attention: { rope_type: 'default' } } }, /"full_attention" is .*all layers turn alike/],
    [{ rope_scaling: 'linear' }, /"linear" as "rope_scaling", and an object or null/],
    [
      { rope_scaling: { type: 'linear', factor: 2 }, rope_parameters: { type: 'linear', factor: 3 } },
      /"rope_parameters", and the same as in "rope_scaling"/,
    ],
    [{ rope_scaling: { type: 'linear' } }, /nothing as "factor"/],
    [{ rope_scaling: { type: 'yarn', factor: 2, mscale: 'much' } }, /"much" as "mscale"/],
    [{ rope_scaling: { type: 'yarn', factor: 2, truncate: 1 } }, /1 as "truncate"/],
    [{ partial_rotary_factor: 1.5 }, /1.5 as "partial_rotary_factor"/],
    [{ partial_rotary_factor: 0.4 }, /0.4 as "partial_rotary_factor", and a share .*even part of a head's 8/],
    [{ partial_rotary_factor: 0 }, /0 as "partial_rotary_factor"/],
  ])('refused: %j', async (more, message) => {
    await expect(rope(more)).rejects.toThrow(message);
  });
});
