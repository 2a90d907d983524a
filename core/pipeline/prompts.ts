import type { Tokens } from '../data/tokens.ts';
import type { GenerateOptions } from '../definition/generate-options.ts';
import { errors } from '../errors.ts';
import type { Tokenizer } from '../stages/tokenize.ts';

/** The ids of a prompt: with special tokens where the ask allows them. Throws NO_SPECIAL_TOKENS. */
export const spellPrompt = (tokenizer: Tokenizer, { special_tokens }: GenerateOptions, raw: unknown): Tokens => {
  if (!special_tokens) return tokenizer.tokenize(raw);
  if (!tokenizer.special) throw errors.NO_SPECIAL_TOKENS();
  return tokenizer.special(raw);
};

/** The ids of a conversation, by the tokenizer's chat template, which says all that the model reads. Throws NO_CHAT, or what the template throws. */
export const spellChat = (tokenizer: Tokenizer, messages: NonNullable<GenerateOptions['messages']>): Tokens => {
  if (!tokenizer.chat || !tokenizer.special) throw errors.NO_CHAT();
  return tokenizer.special(tokenizer.chat(messages));
};

/** Whether a prompt says itself what stands before it: that of a conversation does, and one with special tokens that begins so. */
export const beginsItself = ({ messages, special_tokens }: GenerateOptions, own: Tokens, before: Tokens): boolean =>
  own.length > 0 && (messages !== undefined || (special_tokens === true && before.every((id, at) => own[at] === id)));
