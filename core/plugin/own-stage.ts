import { errors, isAbort, StagewrightError } from '../errors.ts';
import type { Artifact } from '../stages/train.ts';
import type { Key } from './key.ts';
import type { Offer } from './registry.ts';
import type { Make } from './stage-definition.ts';
import type { StageKind } from './stage-kinds.ts';

/** A stage that belongs to who asked for it, and is closed by them. */
export interface Owned<T> {
  readonly stage: T;
  /** Throws CLOSING_FAILED where it could not be closed. */
  readonly close: () => Promise<void>;
}

/** Makes a stage by its definition; what it needs is found by `find`. Throws STAGE_LEARNS. */
export const makeOwn = async (
  verb: StageKind,
  { name, definition, settings }: Offer & { readonly settings: unknown },
  find: (need: Key<unknown>) => Promise<unknown>,
): Promise<Owned<unknown>> => {
  const close = (stage: unknown) => (): Promise<void> => closeMade([[stage, `${verb} of "${name}"`]]);
  try {
    const needs = await Promise.all(Object.entries(definition.needs ?? {}).map(async ([key, need]) => [key, await find(need)] as const));
    const stage = await stageOf(definition.makes[verb]!, { options: settings, ...Object.fromEntries(needs) } as never);
    if (!isArtifact(stage)) return { stage, close: close(stage) };
    await close(stage)().catch(() => undefined);
    throw errors.STAGE_LEARNS(verb, name);
  } catch (error) {
    throw notMade(verb, name, error);
  }
};

/** What a definition makes, which must be a stage. */
export const stageOf = async (make: Make<unknown>, given: never): Promise<unknown> => {
  const stage = await make(given);
  if (typeof stage === 'object' && stage !== null) return stage;
  throw new TypeError(`its make answers ${String(stage)}, and not a stage`);
};

/** What making a stage threw, as an error that names it. */
export const notMade = (verb: StageKind, name: string, error: unknown): unknown =>
  error instanceof StagewrightError || isAbort(error) ? error : errors.STAGE_NOT_MADE(verb, name, error).because(error);

/** Closes things in their order, each with what it is called. Throws CLOSING_FAILED with all that could not be closed, after the rest was. */
export const closeMade = async (made: Iterable<readonly [made: unknown, what: string]>): Promise<void> => {
  const faults: { what: string; error: unknown }[] = [];
  for (const [one, what] of made) await dispose(one).catch((error: unknown) => faults.push({ what, error }));
  if (faults.length > 0) throw errors.CLOSING_FAILED(faults).because(faults[0]!.error);
};

/** Whether a thing is saved into a model's folder. */
export const isArtifact = (made: unknown): made is Artifact =>
  typeof (made as Artifact | undefined)?.save === 'function' && typeof (made as Artifact).load === 'function';

const dispose = async (made: unknown): Promise<void> => {
  const { [Symbol.asyncDispose]: closeAsync, [Symbol.dispose]: close } = Object(made) as Partial<AsyncDisposable & Disposable>;
  if (closeAsync) await closeAsync.call(made as AsyncDisposable);
  else close?.call(made as Disposable);
};
