import { resolve as resolvePath } from 'node:path';
import { isAbort, StagewrightError } from '../errors.ts';
import type { ChosenStage } from '../plugin/container.ts';
import { BASE } from '../plugin/key.ts';
import { STAGES, type StageKind } from '../plugin/stage-kinds.ts';
import type { Prepared } from './prepare.ts';

/** Something that was thrown, and the settings at fault. */
export interface Thrown {
  readonly path: readonly (string | number)[];
  readonly error: StagewrightError;
}

/** What plugins find wrong with settings by what these name outside of the pipeline, files and folders, or only when they are looked at more closely than a schema can; no stage is made for it but a tokenizer, where a plugin asks how many ids that has. */
export const survey = async ({ resolved, written, base, standing }: Prepared): Promise<readonly Thrown[]> => {
  if (!resolved) return [];
  const { tokenize, encode, attend, decode, sample, processors, evaluate, read, write, definition } = resolved;
  const { backend } = definition.stages;
  const found: Thrown[] = [];
  const seen = new Set<ChosenStage>();
  const ownTokens = !standing || Object.keys(standing.manifest.parts).length === 0; // a model of ours has a copy
  const around = { base: resolvePath(base), vocabulary: async () => (ownTokens ? vocabularyOf(tokenize, resolvePath(base)) : undefined) };
  const ask = async (chosen: ChosenStage | undefined, path: readonly (string | number)[]): Promise<void> => {
    if (!chosen || seen.has(chosen)) return;
    seen.add(chosen);
    try {
      await chosen.definition.survey?.(chosen.settings as never, around);
    } catch (error) {
      if (!(error instanceof StagewrightError) || isAbort(error)) throw error;
      found.push({ path: pointed(written, path, error.message), error });
    }
  };
  const chosen = { ...(ownTokens && { tokenize }), encode, attend, decode, sample, process: processors, evaluate, read, write };
  for (const [verb, stages] of Object.entries(chosen) as [StageKind, ChosenStage | readonly ChosenStage[] | undefined][]) {
    const { of, at = [], several } = STAGES[verb];
    const swapped = of === 'backend' && backend !== undefined && !definition.stages[verb as 'encode'];
    for (const [i, one] of [stages].flat().entries()) await ask(one, swapped ? ['backends', backend] : several ? [...at, i] : at);
  }
  return found;
};

/** How many ids a tokenizer has, where it is none that learns and nothing is wrong with it. */
const vocabularyOf = async (tokenize: ChosenStage, base: string): Promise<number | undefined> => {
  const { StageContainer } = await import('../plugin/container.ts'); // loaded late, as all that makes stages
  await using container = new StageContainer();
  container.provide(BASE, base);
  try {
    const tokenizer = await container.make('tokenize', tokenize);
    return 'fit' in tokenizer ? undefined : tokenizer.vocabulary;
  } catch {
    return undefined; // which is said of the tokenizer itself
  }
};

/** The setting that a message speaks of: the only one, the one whose value it quotes, else the one whose name; else all of them. */
const pointed = (written: unknown, path: readonly (string | number)[], message: string): readonly (string | number)[] => {
  const at = [...path, 'with'].reduce<unknown>((value, key) => (Object(value) as Record<string | number, unknown>)[key], written);
  const settings = Object.entries(Object(at) as Readonly<Record<string, unknown>>);
  const quoted =
    (settings.length === 1 ? settings[0] : undefined) ??
    settings.find(([, value]) => typeof value === 'string' && value.length > 2 && message.includes(value)) ??
    settings.find(([key]) => message.includes(`"${key}"`));
  return quoted ? [...path, 'with', quoted[0]] : settings.length > 0 ? [...path, 'with'] : path;
};
