import type { Plugin } from '../../plugin/define.ts';
import type { Kind } from '../laws/every.ts';
import {
  type BackendLike,
  type EvaluatorLike,
  type Handed,
  openSubject,
  type ProcessorLike,
  type SamplerLike,
  type TokenizerLike,
} from '../subjects/as-subject.ts';
import type { FromPlugin } from '../subjects/choosing.ts';
import { kindsOf } from '../subjects/plugin-kinds.ts';
import { subjectOf } from '../subjects/plugin-subjects.ts';
import type {
  BackendSubject,
  EvaluatorSubject,
  ProcessorSubject,
  SamplerSubject,
  TokenizerSubject,
  TrainerSubject,
} from '../subjects/subjects.ts';
import { errors } from './errors.ts';
import { type Holding, present } from './present.ts';
import type { Report } from './report.ts';

const one = (kind: Kind, handed: unknown, holding: Holding): Promise<Report> => {
  const { name = kind, module, export: exported } = holding;
  const origin = { kind, name, ...(module !== undefined && { module }), ...(exported !== undefined && { export: exported }) };
  return present(name, [{ origin, make: () => openSubject(kind, handed) }], holding);
};

/** Holds a tokenizer to its laws; raw matter is text unless an arbitrary says otherwise. */
export const describeTokenizer = <Raw>(tokenizer: Handed<TokenizerLike<Raw>>, holding: Holding = {}): Promise<Report> =>
  one('tokenizer', tokenizer, holding);

/**
 * Holds encode, attend and decode to their laws, alone and under the loop: a backend as it stands, or a function that opens one.
 * `describeBackend(async () => ({ ...(await pipeline.tools.lend()), vocabulary: 12, capabilities, close: () => pipeline.close() }))` holds a trained pipeline's.
 */
export const describeBackend = (backend: Handed<BackendLike>, holding: Holding = {}): Promise<Report> => one('backend', backend, holding);

/** Holds a logits processor to its laws; with a schema of its settings, under all that it allows. */
export const describeProcessor = (processor: Handed<ProcessorLike>, holding: Holding = {}): Promise<Report> =>
  one('processor', processor, holding);

/** Holds a sampler to its laws; with a schema of its settings, to the laws of those. */
export const describeSampler = (sampler: Handed<SamplerLike>, holding: Holding = {}): Promise<Report> => one('sampler', sampler, holding);

/** Holds an evaluator to its laws. */
export const describeEvaluator = (evaluator: Handed<EvaluatorLike>, holding: Holding = {}): Promise<Report> =>
  one('evaluator', evaluator, holding);

/** Holds a trainer to its laws, which train again and again: few, short rows do. */
export const describeTrainer = (trainer: Handed<TrainerSubject>, holding: Holding = {}): Promise<Report> =>
  one('trainer', trainer, holding);

/** What of a plugin is held to its laws, and with what. */
export interface HoldingPlugin extends Holding, Partial<Omit<FromPlugin, 'plugin' | 'settings' | 'parts'>> {
  /** Of which kinds of laws; absent: all that speak of its stages. */
  readonly kinds?: readonly Kind[];
  /** More of each kind's subject, over what the laws make of the plugin. */
  readonly parts?: {
    readonly tokenizer?: Partial<TokenizerSubject<never>>;
    readonly backend?: Partial<BackendSubject>;
    readonly processor?: Partial<ProcessorSubject>;
    readonly sampler?: Partial<SamplerSubject>;
    readonly evaluator?: Partial<EvaluatorSubject>;
    readonly trainer?: Partial<TrainerSubject>;
  };
}

/**
 * Holds every stage of a plugin, or those of one name, to its laws: made by the plugin's own recipes under the given settings,
 * tokenizers fitted and backends trained on a small corpus first. Samplers without given settings are held under all that their schema allows.
 *
 * A backend that must be trained is trained once, as `training` says, on `rows` (short: `exampleRows`), or loaded from the folder `model`;
 * `tokenizer` says which ids it knows (`idTokenizer(12)`, where it is left out). What is slow has a budget of `runs`, by kind where they differ:
 *
 *     describeLaws(vae, { latent: 2 }, {
 *       describe, it, use: 'vae', tokenizer: idTokenizer(8), training: { steps: 20 },
 *       rows: exampleRows({ vocabulary: 4, min: 16, max: 16 }), runs: { backend: 20, trainer: 2 },
 *     });
 */
export const describeLaws = (
  plugin: Plugin,
  settings: Readonly<Record<string, unknown>> = {},
  { use, kinds, training, model, rows, tokenizer, corpus, raw, parts = {}, ...holding }: HoldingPlugin = {},
): Promise<Report> => {
  const names = [...new Set(plugin.stages.map(({ name }) => name))];
  const chosen = use === undefined ? names : [use];
  const made = { settings, ...(training && { training }), ...(model !== undefined && { model }) };
  const found = {
    ...(holding.module !== undefined && { module: holding.module }),
    ...(holding.export !== undefined && { export: holding.export }),
  };
  const suites = chosen.flatMap((use) =>
    kindsOf(plugin, use, kinds).map((kind) => {
      const part = parts[kind];
      const beside = {
        ...(rows && { rows }),
        ...(tokenizer && { tokenizer }),
        ...(corpus && { corpus }),
        ...(raw && { raw }),
        ...(part && { parts: part }),
      };
      const origin = {
        kind,
        name: plugin.name,
        use,
        ...made,
        ...found,
        ...(Object.keys(beside).length > 0 && { beside: Object.keys(beside) }),
      };
      return { origin, plugin, make: () => subjectOf(kind, { plugin, use, ...made, ...beside }) };
    }),
  );
  if (suites.length === 0) throw errors.NOTHING_TO_HOLD(plugin.name);
  return present(holding.name ?? [plugin.name, ...(use ? [use] : [])].join(' '), suites, holding);
};
