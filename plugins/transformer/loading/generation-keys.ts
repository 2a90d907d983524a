import { type Fit, irrelevant, type Keys, read, refused } from './keys.ts';

const truth: Fit = { wanted: 'true or false', fits: (value) => typeof value === 'boolean' };
const whole = (least: number): Fit => ({
  wanted: `a whole number from ${least}`,
  fits: (value) => Number.isSafeInteger(value) && (value as number) >= least,
});
const number = (wanted: string, fits: (value: number) => boolean): Fit => ({
  wanted,
  fits: (value) => typeof value === 'number' && Number.isFinite(value) && fits(value),
});
const share = number('a number from 0 to 1', (value) => value >= 0 && value <= 1);

/** Whether a value can be an id; -1 is how some say none. */
export const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= -1;

const id: Fit = { wanted: 'an id', fits: isId };
const ids: Fit = { wanted: 'an id or a list of ids', fits: (value) => (Array.isArray(value) ? value.every(isId) : isId(value)) };

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const texts: Fit = {
  wanted: 'a text or a list of texts',
  fits: (value) => value === '' || isText(value) || (Array.isArray(value) && value.every(isText)),
};

const NO_BEAMS = 'beams are not searched';
const NO_FILTER = 'this filter is not done';
const NO_BAN = 'no token is forbidden or forced';

/** Every key of generation_config.json, as Hugging Face's GenerationConfig has them. */
export const GENERATION_KEYS: Keys = {
  do_sample: read('Whether to draw by chance, or to take the likeliest; not unless told.', truth),
  temperature: read(
    'As in `sampling`; 0 takes the likeliest. Counts with `do_sample` alone.',
    number('a number from 0', (value) => value >= 0),
  ),
  top_k: read('As in `sampling`; 50 unless told, 0 keeps all. Counts with `do_sample` alone.', whole(0)),
  top_p: read('As in `sampling`; 0 takes the likeliest. Counts with `do_sample` alone.', share),
  min_p: read('As in `sampling`. Counts with `do_sample` alone.', share),
  repetition_penalty: read(
    'As in `sampling` and `greedy`, the prompt included.',
    number('a number above 0', (value) => value > 0),
  ),
  max_new_tokens: read('At most so many new tokens; it wins over `max_length`.', whole(1)),
  max_length: read('At most so many tokens, the prompt and its start included.', whole(1)),
  min_new_tokens: read('Before so many new tokens nothing ends a row.', whole(0)),
  stop_strings: read('Texts that end a row; they are not told.', texts),
  num_return_sequences: read('How many samples.', whole(1)),
  bos_token_id: read('The token that rows begin with.', id),
  eos_token_id: read('The tokens that end a row.', ids),

  min_length: refused('an end is put off by new tokens alone: "min_new_tokens"', 0),
  max_time: refused('nothing ends by the clock'),
  num_beams: refused(NO_BEAMS, 1),
  num_beam_groups: refused(NO_BEAMS, 1),
  diversity_penalty: refused(NO_BEAMS, 0),
  penalty_alpha: refused('contrastive search is not done', 0),
  dola_layers: refused('layers are not contrasted'),
  constraints: refused(NO_BAN, []),
  force_words_ids: refused(NO_BAN, []),
  bad_words_ids: refused(NO_BAN, []),
  sequence_bias: refused(NO_BAN, {}, []),
  suppress_tokens: refused(NO_BAN, []),
  begin_suppress_tokens: refused(NO_BAN, []),
  forced_bos_token_id: refused(NO_BAN),
  forced_eos_token_id: refused(NO_BAN),
  force_bos_token_to_be_generated: refused(NO_BAN, false),
  forced_decoder_ids: refused(NO_BAN, []),
  no_repeat_ngram_size: refused('repeated n-grams are not barred', 0),
  encoder_no_repeat_ngram_size: refused('n-grams of the prompt are not barred', 0),
  encoder_repetition_penalty: refused('what the prompt holds is not favoured', 1),
  exponential_decay_length_penalty: refused('length has no price'),
  typical_p: refused(NO_FILTER, 1),
  epsilon_cutoff: refused(NO_FILTER, 0, 1),
  eta_cutoff: refused(NO_FILTER, 0, 1),
  top_h: refused(NO_FILTER),
  token_healing: refused('the end of a prompt is not tokenized anew', false),
  guidance_scale: refused('there is no guidance', 1),
  watermarking_config: refused('nothing is watermarked'),
  assistant_ensemble_weight: refused('no assistant is mixed in'),

  ...irrelevant('Of beams, which are refused.', 'early_stopping', 'length_penalty'),
  ...irrelevant(
    'How memory is kept, which changes nothing of what comes out.',
    'use_cache',
    'cache_implementation',
    'cache_config',
    'max_cache_len',
    'return_legacy_cache',
    'prefill_chunk_size',
    'low_memory',
    'continuous_batching_config',
  ),
  ...irrelevant(
    'How drafts make it faster, which changes nothing of what comes out.',
    'use_mtp',
    'is_assistant',
    'num_assistant_tokens',
    'num_assistant_tokens_schedule',
    'assistant_confidence_threshold',
    'assistant_early_exit',
    'assistant_lookbehind',
    'target_lookbehind',
    'prompt_lookup_num_tokens',
    'max_matching_ngram_size',
    'speculation_type',
  ),
  ...irrelevant('How PyTorch compiles it.', 'compile_config', 'disable_compile'),
  ...irrelevant(
    'What `generate` hands back in Python.',
    'output_attentions',
    'output_hidden_states',
    'output_scores',
    'output_logits',
    'return_dict_in_generate',
  ),
  ...irrelevant('All logits move alike.', 'renormalize_logits'),
  ...irrelevant('A logit that is no number is an error here.', 'remove_invalid_values'),
  ...irrelevant('No row is padded.', 'pad_token_id'),
  ...irrelevant('Of encoder-decoder models.', 'decoder_start_token_id'),
  ...irrelevant(
    'Says where the file is from.',
    'transformers_version',
    '_from_model_config',
    '_commit_hash',
    '_name_or_path',
    'trust_remote_code',
  ),
};

/** Those that count only where ids are drawn by chance. */
export const OF_CHANCE: readonly string[] = [
  'temperature',
  'top_k',
  'top_p',
  'min_p',
  'typical_p',
  'epsilon_cutoff',
  'eta_cutoff',
  'top_h',
];
