import { createHash } from 'node:crypto';
import type { AddedToken } from '../engine/added-tokens.ts';
import type { Compiled, Padding, Roles, Truncation } from '../engine/compiled.ts';
import { bare, makeTemplate } from '../engine/template.ts';
import { errors } from '../errors.ts';
import { Fields, shown } from '../fields.ts';
import type { PairTable } from '../model/pair-table.ts';
import { trie } from '../model/trie.ts';
import { packVocabulary } from '../model/vocabulary.ts';
import { canonical } from './canonical.ts';
import { readMerges } from './merges.ts';
import { prefixOf } from './prefix.ts';
import { namesOf, rolesOf } from './roles.ts';
import type { Config, Spec } from './spec.ts';
import { templatesOf } from './templates.ts';
import { type Entries, readVocabulary } from './vocabulary.ts';

const kinds = ['BPE', 'WordPiece', 'Unigram', 'WordLevel'] as const;

/** Older files leave the type out, as it shows. */
const kindOf = (model: Fields): (typeof kinds)[number] => {
  if (!model.has('type'))
    return model.has('merges')
      ? 'BPE'
      : Array.isArray(model.get('vocab'))
        ? 'Unigram'
        : model.has('max_input_chars_per_word')
          ? 'WordPiece'
          : 'WordLevel';
  const type = model.string('type');
  const kind = kinds.find((one) => one === type);
  if (!kind) throw errors.UNKNOWN_COMPONENT('model', type.slice(0, 80), kinds);
  return kind;
};

const addedOf = (spec: Fields, entries: Entries): readonly AddedToken[] =>
  spec.objects('added_tokens', []).map((fields) => {
    const content = fields.string('content');
    const special = fields.boolean('special', false);
    const id = entries.id(content) ?? fields.whole('id');
    entries.add(content, id);
    return {
      id,
      content,
      special,
      single_word: fields.boolean('single_word', false),
      lstrip: fields.boolean('lstrip', false),
      rstrip: fields.boolean('rstrip', false),
      normalized: fields.boolean('normalized', !special),
    };
  });

/** What a model is made of besides its own fields: its tokens and the added ones, and the merges of its own alone. */
interface Parts {
  readonly entries: Entries;
  readonly scores: readonly number[];
  readonly pairs: PairTable | undefined;
  readonly special: readonly number[];
  /** Ids that the model itself has not. */
  readonly beside: ReadonlySet<number>;
}

const modelOf = (model: Fields, { entries, scores, pairs, special, beside }: Parts): Compiled['model'] => {
  const type = kindOf(model);
  const text = (key: string, absent = '') => (model.has(key) ? model.string(key) : absent);
  const unknownOf = (absent?: string) => {
    const token = text('unk_token', absent);
    return token === '' ? -1 : entries.wanted(token, 'model.unk_token');
  };
  const set = new Set(special);
  const speakable = (add: (token: string, id: number) => void) =>
    entries.tokens.forEach((token, id) => {
      if (token !== undefined && token !== '' && !beside.has(id) && !set.has(id)) add(token, id);
    });
  if (type === 'BPE') {
    if (model.has('dropout') && model.get('dropout') !== 0)
      throw errors.UNSUPPORTED('model.dropout', 'dropout makes ids a matter of luck; set it to null');
    return {
      type,
      pairs: pairs!,
      prefix: text('continuing_subword_prefix'),
      suffix: text('end_of_word_suffix'),
      unknown: unknownOf(),
      fuseUnknown: model.boolean('fuse_unk', false),
      byteFallback: model.boolean('byte_fallback', false),
      wholePieces: model.boolean('ignore_merges', false),
      special: Int32Array.from(special),
    };
  }
  if (type === 'WordPiece') {
    const prefix = text('continuing_subword_prefix', '##');
    return { type, trie: trie(speakable), prefix, unknown: unknownOf('[UNK]'), longest: model.whole('max_input_chars_per_word', 100) };
  }
  if (type === 'WordLevel') return { type, unknown: unknownOf('<unk>'), special: Int32Array.from(special) };
  if (!Array.isArray(model.get('vocab'))) model.fail('vocab', 'a list of tokens and scores');
  const unknown = model.has('unk_id') ? model.whole('unk_id') : -1;
  if (unknown >= scores.length) throw errors.MISSING_ENTRY('model.unk_id', String(unknown));
  return {
    type,
    trie: trie(speakable),
    scores: Float64Array.from(scores, asRead),
    unknown,
    byteFallback: model.boolean('byte_fallback', false),
  };
};

/** A score as the Rust library reads it: its digits as a whole number over a power of ten, which may be off by the last bit; ties between divisions hang on that. */
const asRead = (score: number): number => {
  const [, sign, whole, part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(score)) ?? [];
  if (whole === undefined || part.length > 22) return score;
  const size = Number(whole + part) / 10 ** part.length;
  return sign === '-' ? -size : size;
};

const truncationOf = (fields: Fields): Truncation => ({
  max_length: fields.whole('max_length'),
  stride: fields.whole('stride', 0),
  strategy: fields.choice('strategy', ['LongestFirst', 'OnlyFirst', 'OnlySecond'], 'LongestFirst'),
  direction: fields.choice('direction', ['Right', 'Left'], 'Right'),
});

const paddingOf = (fields: Fields): Padding => ({
  strategy: fields.get('strategy') === 'BatchLongest' ? 'BatchLongest' : { Fixed: fields.object('strategy').whole('Fixed') },
  direction: fields.choice('direction', ['Right', 'Left'], 'Right'),
  pad_to_multiple_of: fields.has('pad_to_multiple_of') ? fields.whole('pad_to_multiple_of', 0, 1) : null,
  pad_id: fields.whole('pad_id', 0),
  pad_type_id: fields.whole('pad_type_id', 0),
  pad_token: fields.string('pad_token', '[PAD]'),
});

const fingerprintOf = (spec: Spec, roles: Roles, compiled: Pick<Compiled, 'vocabulary' | 'model' | 'added'>): string => {
  const hash = createHash('sha256');
  const { vocabulary, model } = compiled;
  const components = [spec.normalizer, spec.pre_tokenizer, spec.decoder, compiled.added, roles];
  hash.update(canonical(components.map((value) => value ?? null)));
  hash.update(vocabulary.text).update(vocabulary.bounds);
  const { pairs, trie: words, scores, ...options } = { pairs: undefined, trie: undefined, scores: undefined, ...model };
  hash.update(canonical(options));
  for (const array of [pairs?.slots, words?.slots, scores]) hash.update(array ?? new Uint8Array(0));
  return hash.digest('hex');
};

const cutsAtSpaces = (spec: Spec, model: Compiled['model'], tokens: readonly (string | undefined)[]): boolean =>
  (spec.pre_tokenizer ?? null) === null &&
  ((model.type === 'BPE' && model.prefix === '' && model.suffix === '') || model.type === 'Unigram') &&
  tokens.includes('▁') &&
  !tokens.some((token) => token !== undefined && /[^▁]▁/.test(token));

const DEEPEST = 50;

const checkDepth = (value: unknown, place: string, depth = 0): void => {
  if (depth > DEEPEST) throw errors.TOO_MANY(`${place}, in depth`, depth, DEEPEST);
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) checkDepth(part, place, depth + 1);
};

/** Checks a tokenizer's description and lays it out for speed; every fault is typed and names its place. */
export const compile = (value: unknown, config: Config = {}): Compiled => {
  const fields = new Fields(value, 'tokenizer');
  const spec = value as Spec;
  for (const key of ['normalizer', 'pre_tokenizer', 'post_processor', 'decoder'] as const) {
    if (typeof (spec[key] ?? null) !== 'object') throw errors.BAD_FIELD(key, 'a component or null', shown(spec[key]));
    checkDepth(spec[key], key);
  }
  const model = new Fields(spec.model, 'model');
  const { entries, scores } = readVocabulary(model);
  const pairs = kindOf(model) === 'BPE' ? readMerges(model, entries) : undefined;
  const known = new Set(entries.tokens.flatMap((token, id) => (token === undefined ? [] : [id])));
  const added = addedOf(fields, entries);
  const beside = new Set(added.map(({ id }) => id).filter((id) => !known.has(id)));
  const special = added.filter((token) => token.special).map(({ id }) => id);
  const parts = modelOf(model, { entries, scores, pairs, special, beside });
  const names = namesOf(config, added);
  const roles = rolesOf(names, entries, 'unknown' in parts && parts.unknown >= 0 ? parts.unknown : undefined);
  const processor = spec.post_processor ?? null;
  const template = processor === null ? bare : makeTemplate(new Fields(processor, 'post_processor'));
  for (const slot of [...template.single, ...template.pair])
    for (const id of 'ids' in slot ? slot.ids : [])
      if (entries.tokens[id] === undefined) throw errors.MISSING_ENTRY('post_processor', `id ${id}`);
  const bos = names.bos_token === undefined ? undefined : entries.id(names.bos_token);
  const vocabulary = packVocabulary(entries.tokens);
  return {
    vocabulary,
    beside: Int32Array.from(beside),
    model: parts,
    normalizer: spec.normalizer ?? null,
    preTokenizer: spec.pre_tokenizer ?? null,
    postProcessor: processor,
    decoder: spec.decoder ?? null,
    cutsAtSpaces: cutsAtSpaces(spec, parts, entries.tokens),
    added,
    roles,
    prefix: prefixOf(config, template, { ...(bos !== undefined && { bos }), ...(roles.start !== undefined && { start: roles.start }) }),
    names,
    truncation: fields.has('truncation') ? truncationOf(fields.object('truncation')) : undefined,
    padding: fields.has('padding') ? paddingOf(fields.object('padding')) : undefined,
    chatTemplates: templatesOf(config),
    fingerprint: fingerprintOf(spec, roles, { vocabulary, model: parts, added }),
  };
};
