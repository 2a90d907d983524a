import type { Prefix } from '../engine/compiled.ts';
import { before, type Template } from '../engine/template.ts';
import type { Config } from './spec.ts';

/** Classes whose constructors put the beginning before a text unless they are told not to, whatever the template says. */
const BEGINNING = /^(Llama|CodeLlama|Gemma|Cohere)Tokenizer(Fast)?$/;

/**
 * What a tokenizer's owner has put before rows and prompts: the special tokens of the template, or `bos` where add_bos_token is true. Where nobody says,
 * a prompt is read as it is, and a row begins with `start`, so that its first token has a price.
 */
export const prefixOf = (
  config: Config,
  template: Template,
  { bos, start }: { readonly bos?: number; readonly start?: number },
): Prefix => {
  const alike = (ids: readonly number[]): Prefix => ({ rows: ids, prompts: ids });
  const ids = before(template);
  const class_ = typeof config.tokenizer_class === 'string' && BEGINNING.test(config.tokenizer_class);
  const told = config.add_bos_token;
  if (class_ && told === false) return alike(ids.filter((id) => id !== bos));
  if (ids.length > 0) return alike(ids);
  if (told === false) return alike([]);
  if (told === true || class_) return alike(bos === undefined ? [] : [bos]);
  return { rows: start === undefined ? [] : [start], prompts: [] };
};
