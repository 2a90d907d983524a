import { edits } from './edits.ts';

/** The known name that one which is not known stands for: the same but for case and signs, what other libraries call it, or the nearest by letters; undefined where none is near: of three letters one may be wrong. */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const asked = plain(name);
  const same = known.find((one) => plain(one) === asked) ?? synonym(name, known);
  if (same !== undefined) return same;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const one of known) {
    const letters = plain(one);
    const most = Math.floor(Math.max(asked.length, letters.length) / 3);
    if (Math.abs(asked.length - letters.length) > most) continue;
    const distance = edits(asked, letters);
    if (distance <= most && distance < least) [best, least] = [one, distance];
  }
  return best;
};

/** A suggestion as half a sentence. */
export const mend = (suggestion: string | undefined): string => (suggestion === undefined ? '' : `; did you mean "${suggestion}"?`);

/** A word's letters and digits, in small letters; of signs alone, the signs. */
const plain = (word: string): string => word.replace(/[^\p{L}\p{M}\p{N}]/gu, '').toLowerCase() || word;

const synonym = (name: string, known: readonly string[]): string | undefined => {
  const groups = SPELLINGS.filter((group) => group.some((one) => plain(one) === plain(name)));
  return known.find((one) => groups.some((group) => group.includes(one)));
};

/** What the same thing is called here and in other libraries (Hugging Face, llama.cpp, nanoGPT, Keras, OpenAI, KenLM); a name may stand in several. */
const SPELLINGS: readonly (readonly string[])[] = [
  ['use', 'type', 'kind', 'class', 'class_name', '_target_'],
  ['with', 'options', 'config', 'params', 'parameters', 'settings', 'args', 'kwargs'],
  ['tokenize', 'tokenizer'],
  ['encode', 'encoder'],
  ['attend', 'attention'],
  ['decode', 'decoder'],
  ['sample', 'sampler', 'sampling', 'decoding', 'generation_config'],
  ['evaluate', 'evaluator', 'evaluators', 'evaluation', 'eval', 'metrics', 'compute_metrics'],
  ['backend', 'model', 'model_type', 'architecture'],
  ['backends', 'models'],
  ['stages', 'pipeline', 'components'],
  ['train', 'training', 'train_file', 'train_files', 'train_data', 'dataset', 'trainer'],
  ['valid', 'validation', 'val', 'dev', 'test_size', 'val_split', 'validation_split', 'validation_file', 'holdout'],
  ['shuffle', 'shuffled'],
  ['data', 'datasets', 'corpus'],
  ['count', 'num_return_sequences', 'num_samples', 'n_samples', 'n', 'best_of'],
  ['max_new_tokens', 'max_tokens', 'max_completion_tokens', 'max_length', 'max_gen_len', 'num_predict', 'n_predict'],
  ['prompt', 'prefix', 'input', 'start'],
  ['temperature', 'temp', 't'],
  ['top_p', 'nucleus', 'nucleus_p', 'p'],
  ['top_k', 'k'],
  ['repetition_penalty', 'repeat_penalty', 'rep_pen'],
  ['context', 'n_ctx', 'num_ctx', 'block_size', 'context_length', 'context_size', 'context_window', 'max_seq_len', 'max_sequence_length'],
  ['context', 'n_positions', 'max_position_embeddings', 'model_max_length', 'seq_len', 'sequence_length'],
  ['layers', 'n_layer', 'n_layers', 'num_layers', 'num_hidden_layers', 'depth', 'blocks'],
  ['heads', 'n_head', 'n_heads', 'num_heads', 'num_attention_heads'],
  ['width', 'n_embd', 'd_model', 'hidden_size', 'hidden_dim', 'dim', 'embed_dim', 'embedding_dim', 'embedding_size'],
  ['vocabulary', 'vocab_size', 'n_vocab', 'vocab', 'vocabulary_size'],
  ['order', 'n', 'ngram_order', 'max_order', 'ngram'],
  ['min_count', 'min_freq', 'min_frequency', 'min_word_frequency'],
  ['lowercase', 'do_lower_case', 'lower', 'to_lower'],
  ['latent', 'latents', 'z_dim', 'latent_dim', 'latent_size', 'n_z', 'nz'],
  ['dropout', 'drop', 'dropout_rate', 'p_drop'],
  ['learning_rate', 'lr', 'eta', 'step_size'],
  ['weight_decay', 'wd', 'l2'],
  ['warmup', 'warmup_steps', 'num_warmup_steps', 'warmup_iters'],
  ['batch', 'batch_size', 'bs', 'minibatch', 'per_device_train_batch_size'],
  ['steps', 'max_steps', 'n_steps', 'num_steps', 'iterations', 'iters', 'max_iters'],
  ['epochs', 'epoch', 'n_epochs', 'num_epochs', 'num_train_epochs'],
  ['optimizer', 'optim', 'optimiser'],
  ['seed', 'random_seed', 'random_state', 'manual_seed', 'rng'],
];
