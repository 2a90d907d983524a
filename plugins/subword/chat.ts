import { Template } from '@huggingface/jinja';
import { errors } from './errors.ts';

/** One turn of a conversation. */
export interface Message {
  readonly role: string;
  readonly content: string;
}

/** What a template is told besides the conversation. */
export interface ChatOptions {
  /** Another template than the tokenizer's own. */
  readonly template?: string;
  /** Whether the text ends where the model is to answer; absent: yes. */
  readonly add_generation_prompt?: boolean;
  /** More variables of the template: `tools`, `documents`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A conversation as the text that a model was trained to go on from: by its template, which may name the special tokens. Throws NO_TEMPLATE, BAD_TEMPLATE. */
export const renderChat = (
  messages: readonly Message[],
  own: string | undefined,
  names: Readonly<Record<string, string>>,
  { template = own, add_generation_prompt = true, variables = {} }: ChatOptions = {},
): string => {
  if (template === undefined) throw errors.NO_TEMPLATE();
  try {
    return new Template(template).render({ ...names, ...variables, messages, add_generation_prompt });
  } catch (error) {
    throw errors.BAD_TEMPLATE(error instanceof Error ? error.message : String(error)).because(error);
  }
};
