import type { ChosenStage } from '../plugin/container.ts';
import { capabilitiesOf } from '../plugin/registry.ts';
import { changes, type FingerprintParts, isOurs, type StoredModel } from './store.ts';

/** The stages that decide what a model is. */
type ModelStages = Readonly<Record<'tokenize' | 'encode' | 'attend' | 'decode', ChosenStage>>;

/** What of a pipeline's stages decides what its model is. */
export const stageParts = ({ tokenize, encode, attend, decode }: ModelStages): FingerprintParts => {
  const told = (chosen: ChosenStage) => {
    const { serving = [] } = capabilitiesOf(chosen, chosen.settings);
    const settings = Object.entries(chosen.settings as object).filter(([key]) => !serving.includes(key));
    return { use: chosen.name, with: Object.fromEntries(settings) };
  };
  return {
    tokenize: told(tokenize),
    ...(encode === decode && attend === decode
      ? { backend: told(decode) }
      : { encode: told(encode), attend: told(attend), decode: told(decode) }),
  };
};

/** How the stages that a model was trained with differ from those of a pipeline, a phrase each; of a folder that was adopted nothing is known. */
export const differences = ({ manifest }: StoredModel, stages: ModelStages, only?: string): string[] => {
  if (!isOurs(manifest)) return [];
  const { data: _, train: __, seed: ___, ...before } = manifest.parts;
  const now = stageParts(stages);
  return only === undefined ? changes(before, now) : changes({ [only]: before[only] }, { [only]: now[only] });
};
