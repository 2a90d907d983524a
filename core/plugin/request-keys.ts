/** What a request says itself, and a pipeline's `generate`: a sampler's settings stand beside it, so none may bear such a name. */
export const REQUEST_KEYS: readonly string[] = [
  'count',
  'given',
  'logprobs',
  'max_length',
  'max_new_tokens',
  'messages',
  'min_new_tokens',
  'prompt',
  'prompts',
  'seed',
  'signal',
  'special_tokens',
  'stop',
  'stop_token_ids',
  'task',
  'write',
];
