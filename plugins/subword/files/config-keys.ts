/** Every known key of tokenizer_config.json: what those that are read mean, and why the others change nothing. */
export const TOKENIZER_KEYS: {
  readonly read: Readonly<Record<string, string>>;
  readonly irrelevant: readonly { readonly why: string; readonly names: readonly string[] }[];
} = {
  read: {
    bos_token: 'What rows begin with.',
    eos_token: 'What ends them.',
    unk_token: 'What stands for the unknown, by its name.',
    sep_token: 'What ends rows where there is no `eos_token`.',
    cls_token: 'What they begin with where there is no `bos_token`.',
    pad_token: 'What fills up, by its name.',
    mask_token: 'What hides, by its name.',
    additional_special_tokens: 'More special tokens.',
    extra_special_tokens: 'The same in newer files.',
    added_tokens_decoder: 'Added tokens by their ids.',
    add_bos_token: 'Whether `bos_token` is put before a text.',
    tokenizer_class: 'Whether it puts one there where `add_bos_token` says nothing.',
    chat_template: 'How a conversation is written.',
    do_lower_case: 'Of vocab.txt: whether letters are made small.',
    tokenize_chinese_chars: 'Of vocab.txt: whether Chinese characters stand alone.',
    strip_accents: 'Of vocab.txt: whether accents are taken off.',
  },
  irrelevant: [
    { why: 'A text is gone on with, so nothing is put behind it.', names: ['add_eos_token'] },
    {
      why: 'The tokenizer’s own file says it.',
      names: [
        'add_prefix_space',
        'add_dummy_prefix_space',
        'legacy',
        'sp_model_kwargs',
        'trim_offsets',
        'do_basic_tokenize',
        'never_split',
        'wordpieces_prefix',
        'split_special_tokens',
        'unk_id',
        'backend',
      ],
    },
    {
      why: 'A text comes out as the decoder of the tokenizer’s own file has it.',
      names: ['clean_up_tokenization_spaces', 'spaces_between_special_tokens', 'errors'],
    },
    {
      why: 'How long a row may be, config.json says.',
      names: ['model_max_length', 'max_len', 'max_length', 'stride', 'truncation_side', 'truncation_strategy'],
    },
    { why: 'No row is padded.', names: ['padding_side', 'pad_to_multiple_of', 'pad_token_type_id'] },
    { why: 'A folder’s own code is never run.', names: ['auto_map', 'trust_remote_code'] },
    { why: 'Of a conversation’s beginning, which its writer says.', names: ['use_default_system_prompt'] },
    { why: 'What Python hands to a model.', names: ['model_input_names', 'processor_class', 'return_token_type_ids'] },
    {
      why: 'Says where the file is from.',
      names: [
        'name_or_path',
        'tokenizer_file',
        'special_tokens_map_file',
        'vocab_file',
        'merges_file',
        'is_local',
        '_commit_hash',
        'transformers_version',
      ],
    },
  ],
};
