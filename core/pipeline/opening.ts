import type { Resolved } from '../check/resolve.ts';
import type { StoredModel } from '../models/store.ts';
import type { Binding, LentModel } from '../plugin/key.ts';
import type { Registry } from '../plugin/registry.ts';

/** A pipeline that was read and checked, and where things are. */
export interface Opening {
  readonly resolved: Resolved;
  readonly registry: Registry;
  /** The folder that its paths are relative to. */
  readonly base: string;
  /** The pipeline's own file. */
  readonly self: string | undefined;
  /** The folder of all models. */
  readonly models: string;
  /** The model, where a model's folder was opened. */
  readonly standing: StoredModel | undefined;
  /** Whether the pipeline itself says what to learn from; else what data there is was given beside it. */
  readonly ownData: boolean;
  /** Whether a missing model may be trained. */
  readonly mayTrain: boolean;
  /** What the user provides. */
  readonly provide: readonly Binding[];
  /** Opens another pipeline or model that this one's settings refer to. */
  readonly lender: (reference: string) => Promise<Lender>;
}

/** A pipeline as another one sees it. */
export interface Lender {
  lend(): Promise<LentModel>;
  close(): Promise<void>;
}
