/** A tokenizer as its file describes it: the fields of tokenizer.json, whatever file they came from. */
export interface Spec {
  readonly version?: unknown;
  readonly truncation?: unknown;
  readonly padding?: unknown;
  readonly added_tokens?: unknown;
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
  readonly post_processor?: unknown;
  readonly decoder?: unknown;
  /**
   * As in tokenizer.json; one more form of BPE is ours: `ranks` instead of `merges`, by which any two tokens merge whose texts together are a token,
   * that of the lowest rank first. Rank files and SentencePiece mean that.
   */
  readonly model?: unknown;
}

/** What stands beside tokenizer.json: the special tokens by name, the chat template. */
export interface Config {
  readonly [key: string]: unknown;
}
