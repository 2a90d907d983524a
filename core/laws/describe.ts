import type { Plugin } from '../plugin/define.ts';
import { asSubject, type EvaluatorLike, type SamplerLike, type TokenizerLike } from './as-subject.ts';
import { errors } from './errors.ts';
import type { Kind } from './every.ts';
import { type FromPlugin, kindsOf, subjectOf } from './plugin-subjects.ts';
import { type Holding, present } from './present.ts';
import type { Report } from './report.ts';
import type { BackendParts, BackendSubject, EvaluatorSubject, SamplerSubject, TokenizerSubject, TrainerSubject } from './subjects.ts';

const one = (kind: Kind, like: unknown, holding: Holding): Promise<Report> => {
  const { name = kind, module, export: exported } = holding;
  const origin = { kind, name, ...(module !== undefined && { module }), ...(exported !== undefined && { export: exported }) };
  return present(name, [{ origin, make: async () => ({ subject: asSubject[kind](like as never) }) }], holding);
};

/** Holds a tokenizer to its laws; raw matter is text unless an arbitrary says otherwise. */
export const describeTokenizer = <Raw>(tokenizer: TokenizerLike<Raw>, holding: Holding = {}): Promise<Report> =>
  one('tokenizer', tokenizer, holding);

/** Holds encode, attend and decode to their laws, alone and under the loop. */
export const describeBackend = (backend: BackendParts, holding: Holding = {}): Promise<Report> => one('backend', backend, holding);

/** Holds a sampler to its laws; with a schema of its settings, to the laws of those. */
export const describeSampler = (sampler: SamplerLike, holding: Holding = {}): Promise<Report> => one('sampler', sampler, holding);

/** Holds an evaluator to its laws. */
export const describeEvaluator = (evaluator: EvaluatorLike, holding: Holding = {}): Promise<Report> => one('evaluator', evaluator, holding);

/** Holds a trainer to its laws, which train again and again: few, short rows do. */
export const describeTrainer = (trainer: TrainerSubject, holding: Holding = {}): Promise<Report> => one('trainer', trainer, holding);

/** What of a plugin is held to its laws, and with what. */
export interface HoldingPlugin extends Holding, Partial<Omit<FromPlugin, 'plugin' | 'settings' | 'parts'>> {
  /** More of each kind's subject, over what the laws make of the plugin. */
  readonly parts?: {
    readonly tokenizer?: Partial<TokenizerSubject<never>>;
    readonly backend?: Partial<BackendSubject>;
    readonly sampler?: Partial<SamplerSubject>;
    readonly evaluator?: Partial<EvaluatorSubject>;
    readonly trainer?: Partial<TrainerSubject>;
  };
}

/**
 * Holds every stage of a plugin, or those of one name, to its laws: made by the plugin's own recipes under the given settings,
 * tokenizers fitted and backends trained on a small corpus first. Samplers without given settings are held under all that their schema allows.
 */
export const describeLaws = (
  plugin: Plugin,
  settings: Readonly<Record<string, unknown>> = {},
  { use, training, rows, tokenizer, corpus, raw, parts = {}, ...holding }: HoldingPlugin = {},
): Promise<Report> => {
  const names = [...new Set(Object.values(plugin.stages).flatMap((stages) => Object.keys(stages ?? {})))];
  const chosen = use === undefined ? names : [use];
  const { module, export: exported } = holding;
  const suites = chosen.flatMap((use) =>
    kindsOf(plugin, use).map((kind) => ({
      origin: {
        kind,
        name: plugin.name,
        use,
        settings,
        ...(training && { training }),
        ...(module !== undefined && { module }),
        ...(exported !== undefined && { export: exported }),
      },
      make: () =>
        subjectOf(kind, {
          plugin,
          use,
          settings,
          ...(training && { training }),
          ...(rows && { rows }),
          ...(tokenizer && { tokenizer }),
          ...(corpus && { corpus }),
          ...(raw && { raw }),
          ...(parts[kind] && { parts: parts[kind] }),
        }),
    })),
  );
  if (suites.length === 0) throw errors.NOTHING_TO_HOLD(plugin.name);
  return present(holding.name ?? [plugin.name, ...(use ? [use] : [])].join(' '), suites, holding);
};
