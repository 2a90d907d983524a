import type { AddedToken } from '../engine/added-tokens.ts';
import { errors } from '../errors.ts';
import { Fields, shown } from '../fields.ts';
import { specialNames } from './roles.ts';
import type { Config, Spec } from './spec.ts';

const addedOf = (id: number, fields: Fields, special = fields.boolean('special', false)): AddedToken => ({
  id,
  content: fields.string('content'),
  single_word: fields.boolean('single_word', false),
  lstrip: fields.boolean('lstrip', false),
  rstrip: fields.boolean('rstrip', false),
  normalized: fields.boolean('normalized', !special),
  special,
});

const plain = (content: unknown, place: string): Fields => new Fields({ content }, place);

/** `added_tokens_decoder`: an object of tokens by id. */
const fromDecoder = (config: Config): readonly AddedToken[] => {
  const value = config.added_tokens_decoder ?? {};
  const fields = new Fields(value, 'tokenizer_config.added_tokens_decoder');
  return Object.keys(value).map((key) => {
    if (!/^\d{1,9}$/.test(key)) throw errors.BAD_FIELD(fields.place, 'ids from 0', shown(key));
    return addedOf(Number(key), fields.object(key));
  });
};

/** A special token that a configuration names; `listed`: among more special tokens, which are added even where no file gives them an id. */
interface Named {
  readonly fields: Fields;
  readonly content: string;
  readonly told: boolean;
  readonly listed: boolean;
}

/** The special tokens that a configuration names, each a text or an object that tells more. */
const namedIn = (config: Config): readonly Named[] => {
  const one = (value: unknown, place: string, listed: boolean): readonly Named[] => {
    if (value === undefined || value === null || value === false) return [];
    const fields = typeof value === 'object' ? new Fields(value, place) : plain(value, place);
    return [{ fields, content: fields.string('content'), told: typeof value === 'object', listed }];
  };
  const several = (key: string): readonly Named[] => {
    const value = config[key] ?? [];
    if (typeof value !== 'object') throw errors.BAD_FIELD(`tokenizer_config.${key}`, 'a list of tokens', shown(value));
    return Object.entries(value).flatMap(([name, item]) => one(item, `tokenizer_config.${key}.${name}`, true));
  };
  return [
    ...Object.keys(specialNames).flatMap((key) => one(config[key], `tokenizer_config.${key}`, false)),
    ...several('additional_special_tokens'),
    ...several('extra_special_tokens'),
  ];
};

/** The ids of the tokens that the model itself has. */
const idsOf = (spec: Spec): ReadonlyMap<string, number> => {
  const vocab = new Fields(spec.model, 'model').get('vocab');
  if (typeof vocab !== 'object' || vocab === null) return new Map();
  return new Map(
    Array.isArray(vocab)
      ? vocab.map((item: unknown, id) => [Array.isArray(item) ? String(item[0]) : '', id])
      : Object.entries(vocab).flatMap(([token, id]) => (typeof id === 'number' ? [[token, id]] : [])),
  );
};

/** T5 gives its extra ids from the last to the first. */
const extra = ({ content }: Named): number => Number(/^<extra_id_(\d{1,4})>$/.exec(content)?.[1] ?? -1);

/**
 * A description with the added tokens that stand beside it: in added_tokens.json (`ids`), in the configuration's added_tokens_decoder, and among the
 * special tokens it names. `complete`: the description's own added tokens go before; else they are guesses.
 */
export const withAdded = (spec: Spec, config: Config, ids: Config, complete: boolean): Spec => {
  const own = new Fields(spec, 'tokenizer').objects('added_tokens', []).map((fields) => addedOf(fields.whole('id'), fields));
  const known = idsOf(spec);
  const named = namedIn(config);
  const names = new Set(named.map(({ content }) => content));
  const decoder = fromDecoder(config);
  const listed = new Fields(ids, 'added_tokens.json');
  const legacy = Object.keys(ids).map((content) => addedOf(listed.whole(content), plain(content, listed.place), names.has(content)));
  for (const { content, id } of [...decoder, ...legacy])
    if ((known.get(content) ?? id) !== id)
      throw errors.BAD_FIELD(`the id of the added token "${content}"`, `${known.get(content)}, as in the vocabulary`, String(id));
  const places = new Map([...own, ...decoder, ...legacy].map(({ content, id }) => [content, id]));
  const placed = (told: boolean): readonly AddedToken[] =>
    named.flatMap(({ fields, content, told: tells }) => {
      const id = known.get(content) ?? places.get(content);
      return tells === told && id !== undefined ? [addedOf(id, fields, true)] : [];
    });
  const order = complete ? [own, decoder, legacy, placed(true), placed(false)] : [decoder, legacy, placed(true), own, placed(false)];
  const special = new Set([...names, ...decoder.filter((token) => token.special).map(({ content }) => content)]);
  const all = new Map<string, AddedToken>();
  for (const token of order.flat())
    if (!all.has(token.content)) all.set(token.content, special.has(token.content) ? { ...token, special: true } : token);
  let next = 0;
  for (const id of [...known.values(), ...places.values()]) next = Math.max(next, id + 1);
  for (const { content, fields } of named
    .filter(({ content, listed: asked }) => asked && !all.has(content))
    .sort((one, other) => extra(other) - extra(one)))
    if (!all.has(content)) all.set(content, addedOf(next++, fields, true));
  return { ...spec, added_tokens: [...all.values()].sort((one, other) => one.id - other.id) };
};

/** The added tokens of a description as a configuration lists them. */
export const decoderOf = ({ added_tokens }: Spec): Config => ({
  added_tokens_decoder: Object.fromEntries((added_tokens as readonly AddedToken[]).map(({ id, ...token }) => [id, token])),
});
