import { errors, type StagewrightError } from '../errors.ts';
import type { Capabilities } from '../stages/capabilities.ts';
import { checkCapabilities } from './check-plugin.ts';
import { CONTRACT, type Plugin } from './define.ts';
import type { StageDefinition } from './stage-definition.ts';
import { STAGE_KINDS, type StageKind } from './stage-kinds.ts';

/** A stage that some plugin offers. */
export interface Offer {
  readonly name: string;
  readonly plugin: Plugin;
  readonly definition: StageDefinition;
}

/** Every stage of every plugin, by verb and name. */
export interface Registry {
  readonly plugins: readonly Plugin[];
  find(verb: StageKind, name: string): Offer | undefined;
  offers(verb: StageKind): readonly Offer[];
  /** Whether a plugin is missing that was asked for. */
  readonly partial: boolean;
}

/** What a plugin says of one of its stages under given options. Throws PLUGIN_CAPABILITIES where that is nothing known. */
export const capabilitiesOf = ({ plugin, definition }: Pick<Offer, 'plugin' | 'definition'>, options: unknown): Capabilities => {
  const { capabilities = {} } = definition;
  if (typeof capabilities !== 'function') return capabilities;
  const told: unknown = capabilities(options as never);
  checkCapabilities(plugin.name, definition.name, told);
  return told as Capabilities;
};

/** The definition by which a plugin offers a name to a verb. */
export const definitionOf = ({ stages }: Plugin, verb: StageKind, name: string): StageDefinition | undefined =>
  stages.find((one) => one.name === name && one.makes[verb] !== undefined);

/** Stands for a module that is named twice. */
export const NOTHING: Plugin = { name: '', contract: CONTRACT, about: '', stages: [] };

/** Puts plugins side by side; two that offer the same name to the same verb are an error. */
export const register = (
  own: readonly Plugin[],
  users: readonly (Plugin | undefined)[],
  refuse: (index: number, error: Error) => void,
): Registry => {
  const plugins: Plugin[] = [];
  let partial = false;
  const byVerb = new Map<StageKind, Map<string, Offer>>(STAGE_KINDS.map((verb) => [verb, new Map()]));
  const offersOf = (plugin: Plugin): (readonly [StageKind, Offer])[] =>
    plugin.stages.flatMap((definition) =>
      (Object.keys(definition.makes) as StageKind[]).map((verb) => [verb, { name: definition.name, plugin, definition }] as const),
    );
  const taken = (plugin: Plugin): StagewrightError | undefined => {
    const own = new Map<string, Offer>();
    for (const [verb, offer] of offersOf(plugin)) {
      const first = byVerb.get(verb)!.get(offer.name) ?? own.get(`${verb} ${offer.name}`);
      if (first) return errors.NAME_TAKEN(verb, offer.name, first.plugin.name, plugin.name);
      own.set(`${verb} ${offer.name}`, offer);
    }
    return undefined;
  };
  for (const [at, plugin] of [...own, ...users].entries()) {
    const fault = plugin && taken(plugin);
    if (fault) refuse(at - own.length, fault);
    partial ||= !plugin || fault !== undefined;
    if (!plugin || fault) continue;
    plugins.push(plugin);
    for (const [verb, offer] of offersOf(plugin)) byVerb.get(verb)!.set(offer.name, offer);
  }
  return {
    plugins: plugins.filter((plugin) => plugin !== NOTHING),
    partial,
    find: (verb, name) => byVerb.get(verb)?.get(name),
    offers: (verb) => [...byVerb.get(verb)!.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
};
