import { errors, isAbort, StagewrightError } from '../errors.ts';
import type { Artifact } from '../stages/train.ts';
import { type Need, options, type Recipe, type StageKind } from './define.ts';
import type { Offer } from './load.ts';

/** A stage that belongs to who asked for it, and is closed by them. */
export interface Owned<T> {
  readonly stage: T;
  /** Throws CLOSING_FAILED with all that could not be closed, after the rest was. */
  readonly close: () => Promise<void>;
}

/** Makes a stage by its recipe, and with it those services of its plugin that read its settings; all else that it needs is found by `find`. */
export const makeOwn = async (
  verb: StageKind,
  { name, plugin, settings }: Offer & { readonly settings: unknown },
  find: (need: Need) => Promise<unknown>,
): Promise<Owned<unknown>> => {
  const recipe = plugin.stages[verb]![name]! as Recipe;
  const schema = plugin.options?.[name];
  const key = schema && options(schema).id;
  const serviceOf = (need: Need) => plugin.services?.find(({ of }) => idOf(of) === idOf(need));
  const reads = (need: Need): boolean => idOf(need) === key || (serviceOf(need)?.needs.some(reads) ?? false);
  const made: unknown[] = [];
  const services = new Map<unknown, Promise<unknown>>();
  const kept = async (one: Recipe): Promise<unknown> => {
    const needed = await Promise.all(one.needs.map(needOf));
    const thing = await one.make(...(needed as never[]));
    if (!made.includes(thing)) made.push(thing);
    if (isArtifact(thing)) throw errors.STAGE_LEARNS(verb, name);
    return thing;
  };
  const needOf = (need: Need): Promise<unknown> => {
    if (idOf(need) === key) return Promise.resolve(settings);
    if (!reads(need)) return find(need);
    const service = services.get(idOf(need)) ?? kept(serviceOf(need)!);
    services.set(idOf(need), service);
    return service;
  };
  const close = () => closeMade([...made].reverse().map((one) => [one, `${verb} of "${name}"`]));
  try {
    return { stage: await kept(recipe), close };
  } catch (error) {
    await Promise.allSettled(services.values());
    await close().catch(() => undefined);
    throw notMade(verb, name, error);
  }
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

const idOf = (need: Need): unknown => ('id' in need ? need.id : need);

const dispose = async (made: unknown): Promise<void> => {
  const { [Symbol.asyncDispose]: closeAsync, [Symbol.dispose]: close } = Object(made) as Partial<AsyncDisposable & Disposable>;
  if (closeAsync) await closeAsync.call(made as AsyncDisposable);
  else close?.call(made as Disposable);
};
