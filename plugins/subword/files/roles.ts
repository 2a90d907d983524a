import type { AddedToken } from '../engine/added-tokens.ts';
import type { Roles } from '../engine/compiled.ts';
import type { Config } from './spec.ts';
import type { Entries } from './vocabulary.ts';

/** The names of special tokens in special_tokens_map.json, each with the texts that mean it where no file says. */
export const specialNames = {
  bos_token: ['<s>', '<bos>', '<|startoftext|>', '<|begin_of_text|>'],
  eos_token: ['</s>', '<eos>', '<|endoftext|>', '<|end_of_text|>'],
  unk_token: ['<unk>', '[UNK]'],
  sep_token: ['[SEP]'],
  pad_token: ['<pad>', '[PAD]'],
  cls_token: ['[CLS]'],
  mask_token: ['<mask>', '[MASK]'],
} as const;

const contentOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('content' in value)) return undefined;
  return typeof value.content === 'string' ? value.content : undefined;
};

/** The special tokens by name, as the configuration has them or else as their texts tell. */
export const namesOf = (config: Config, added: readonly AddedToken[]): Readonly<Record<string, string>> => {
  const names: Record<string, string> = {};
  const said = Object.keys(specialNames).some((name) => contentOf(config[name]) !== undefined);
  for (const [name, usual] of Object.entries(specialNames)) {
    const guess = said ? undefined : usual.find((text) => added.some(({ content, special }) => special && content === text));
    const content = contentOf(config[name]) ?? guess;
    if (content !== undefined) names[name] = content;
  }
  return names;
};

/** The ids behind the names; a beginning is also what classifies, and an end what separates. Unknown is what the model says where it knows no token. */
export const rolesOf = (names: Readonly<Record<string, string>>, entries: Entries, modelUnknown: number | undefined): Roles => {
  const id = (...keys: (keyof typeof specialNames)[]) => {
    const content = keys.map((key) => names[key]).find((one) => one !== undefined);
    return content === undefined ? undefined : entries.id(content);
  };
  const roles = {
    start: id('bos_token', 'cls_token'),
    stop: id('eos_token', 'sep_token'),
    unknown: modelUnknown,
    mask: id('mask_token'),
    padding: id('pad_token'),
  };
  return Object.fromEntries(Object.entries(roles).filter(([, one]) => one !== undefined));
};
