import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arbitrary } from 'fast-check';
import type { TSchema } from 'typebox';
import { createRandom } from '../../data/random.ts';
import type { Batch, Row } from '../../data/tokens.ts';
import { complete } from '../../dataset/corpus.ts';
import type { Stages } from '../../decode-loop/model.ts';
import { follow } from '../../decode-loop/stream.ts';
import { loadArtifacts } from '../../models/store.ts';
import { type ChosenStage, StageContainer } from '../../plugin/container.ts';
import type { Plugin } from '../../plugin/define.ts';
import { BASE, KEPT, MODELS, TOKENIZER } from '../../plugin/key.ts';
import { capabilitiesOf } from '../../plugin/registry.ts';
import type { StageDefinition } from '../../plugin/stage-definition.ts';
import { validate } from '../../settings/validate.ts';
import type { Capabilities } from '../../stages/capabilities.ts';
import type { Tokenizer } from '../../stages/tokenize.ts';
import { createCorpus } from '../fakes/corpus.ts';
import { idTokenizer } from '../fakes/tokenizer.ts';
import type { Kind } from '../laws/every.ts';
import { errors } from '../runner/errors.ts';
import { exampleRows } from './example-rows.ts';
import { defined } from './plugin-kinds.ts';

/** What the laws need beside a plugin, where what they have of their own does not do. */
export interface Beside {
  /** What a backend is trained on; absent: two dozen short rows of random ids. */
  readonly rows?: Batch<Row>;
  /** Which tokenizer a backend or an evaluator stands behind; absent: one of a dozen ids. */
  readonly tokenizer?: Tokenizer;
  /** What a tokenizer is fitted on; absent: a few lines. */
  readonly corpus?: readonly unknown[];
  /** Raw matter that is no text. */
  readonly raw?: Arbitrary<unknown>;
  /** More of the subject, over what the laws make of the plugin. */
  readonly parts?: object;
}

/** A stage of a plugin, and how it is made. */
export interface FromPlugin extends Beside {
  readonly plugin: Plugin;
  readonly use: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** How a backend is trained before it is held to its laws. */
  readonly training?: Readonly<Record<string, unknown>>;
  /** A folder that it is loaded from instead: a model's, or one that its artifacts were saved to. */
  readonly model?: string;
}

/** A small vocabulary of ids, the last four of them special. */
export const VOCABULARY = 12;

/** Settings with their defaults. Throws BAD_SETTINGS. */
export const filled = (schema: TSchema | undefined, use: string, settings: object): unknown => {
  const value = structuredClone(settings);
  const faults = schema ? validate(schema, value) : Object.keys(value).map((key) => ({ path: [key], message: 'there are no settings' }));
  if (faults.length > 0) throw errors.BAD_SETTINGS(use, faults.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return value;
};

/** One stage's choice, in a fresh container with what recipes may ask for. */
export const choose = (from: FromPlugin, kind: Kind): { container: StageContainer; chosen: ChosenStage } => {
  const { use, tokenizer } = from;
  const container = new StageContainer();
  container.provide(TOKENIZER, tokenizer ?? idTokenizer(VOCABULARY));
  container.provide(BASE, process.cwd());
  container.provide(MODELS, () => Promise.reject(errors.NO_MODELS(use)));
  container.provide(KEPT, join(tmpdir(), 'stagewright-laws'));
  return { container, chosen: choiceOf(from, defined(from, kind)) };
};

const choiceOf = ({ plugin, use, settings, training }: FromPlugin, definition: StageDefinition): ChosenStage => ({
  name: use,
  plugin,
  definition,
  settings: filled(definition.options, use, settings),
  ...(definition.makes.train && { training: filled(definition.training, use, training ?? {}) }),
});

/** Those stages of a backend that it has. */
export const stagesIn = async (container: StageContainer, chosen: ChosenStage): Promise<Partial<Stages>> => {
  const { encode, attend, decode } = chosen.definition.makes;
  return {
    ...(encode && { encoder: await container.make('encode', chosen) }),
    ...(attend && { attention: await container.make('attend', chosen) }),
    ...(decode && { decoder: await container.make('decode', chosen) }),
  };
};

/** The same, trained on the rows at hand, or loaded where a model is named. */
export const backendStages = async (container: StageContainer, chosen: ChosenStage, from: FromPlugin): Promise<Partial<Stages>> => {
  if (from.model === undefined && chosen.definition.makes.train) {
    const trainer = await container.make('train', chosen);
    const rows = rowsOf(from, capabilitiesOf(chosen, chosen.settings));
    await follow(trainer.train(createCorpus(rows), { random: createRandom(1), signal: new AbortController().signal }));
  }
  const stages = await stagesIn(container, chosen);
  if (from.model !== undefined) await loadArtifacts(from.model, container.artifacts);
  return stages;
};

/** The backend that an evaluator looks into, ready, its settings the defaults where it has another name. */
export const backendWithin = async (container: StageContainer, within: StageDefinition, from: FromPlugin): Promise<ChosenStage> => {
  const { name } = within;
  const chosen = choiceOf({ ...from, use: name, settings: name === from.use ? from.settings : {} }, within);
  await backendStages(container, chosen, from);
  return chosen;
};

/** Rows that a backend is trained on. */
export const rowsOf = ({ rows, tokenizer }: FromPlugin, { extras }: Capabilities): Batch<Row> => {
  if (rows) return rows;
  const known = tokenizer ?? idTokenizer(VOCABULARY);
  const { vocabulary, start, stop } = known;
  const plain = Math.max(2, Math.min(vocabulary, start ?? vocabulary, stop ?? vocabulary));
  return exampleRows({ vocabulary: plain, given: extras?.includes('given') ? plain : 0 }).map((row) => ({
    ...row,
    tokens: complete(known, row.tokens),
  }));
};
