import type { Plugin } from '../../plugin/define.ts';
import { definitionOf } from '../../plugin/registry.ts';
import type { StageDefinition } from '../../plugin/stage-definition.ts';
import type { StageKind } from '../../plugin/stage-kinds.ts';
import type { Kind } from '../laws/every.ts';
import { errors } from '../runner/errors.ts';

/** The verb by whose stage each kind of subject is found. */
const VERBS: { readonly [K in Kind]: StageKind } = {
  tokenizer: 'tokenize',
  backend: 'decode',
  processor: 'process',
  sampler: 'sample',
  evaluator: 'evaluate',
  trainer: 'train',
};

/** The kinds of subjects that a plugin's stages of one name make, as far as they are wanted. */
export const kindsOf = (plugin: Plugin, use: string, wanted?: readonly Kind[]): Kind[] => {
  const has = (verb: StageKind): boolean => definitionOf(plugin, verb, use) !== undefined;
  return (Object.keys(VERBS) as Kind[])
    .filter((kind) => (kind === 'backend' ? has('encode') && has('attend') && has('decode') : has(VERBS[kind])))
    .filter((kind) => wanted?.includes(kind) ?? true);
};

/** What a plugin says of a stage, whose kind must be there. */
export const defined = ({ plugin, use }: { readonly plugin: Plugin; readonly use: string }, kind: Kind): StageDefinition => {
  const definition = definitionOf(plugin, VERBS[kind], use);
  if (!definition) throw errors.NO_STAGE(plugin.name, kind, use);
  return definition;
};
