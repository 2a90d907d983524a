import type { Prefix } from '../engine/compiled.ts';
import { before, type Template } from '../engine/template.ts';
import { errors } from '../errors.ts';
import { shown } from '../fields.ts';
import type { Config } from './spec.ts';

/** Classes that put bos_token before a text by add_bos_token alone, whatever the template says of it, and where that is not said, do. */
const BEGINNING = /^(Llama|CodeLlama|Gemma|Cohere)Tokenizer(Fast)?$/;

/**
 * What a tokenizer's owner has put before rows and prompts: the special tokens of the template, or `bos` where add_bos_token is true. Where nobody says,
 * a prompt is read as it is, and a row begins with `start`, so that its first token has a price. Throws BAD_FIELD.
 */
export const prefixOf = (
  config: Config,
  template: Template,
  { bos, start }: { readonly bos?: number; readonly start?: number },
): Prefix => {
  const alike = (ids: readonly number[]): Prefix => ({ rows: ids, prompts: ids });
  const ids = before(template);
  const puts = typeof config.tokenizer_class === 'string' && BEGINNING.test(config.tokenizer_class);
  const told = config.add_bos_token ?? undefined;
  if (told !== undefined && typeof told !== 'boolean')
    throw errors.BAD_FIELD('tokenizer_config.add_bos_token', 'true or false', shown(told));
  if (puts && told === false) return alike(ids.filter((id) => id !== bos));
  if (ids.length > 0) return alike(ids);
  if (told === false) return alike([]);
  if (told === true || puts) return alike(bos === undefined ? [] : [bos]);
  return { rows: start === undefined ? [] : [start], prompts: [] };
};
