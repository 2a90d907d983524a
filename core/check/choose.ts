import type { TSchema } from 'typebox';
import type { Definition, Use } from '../definition/schema.ts';
import type { ChosenStage } from '../plugin/container.ts';
import { capabilitiesOf, type Offer, type Registry } from '../plugin/registry.ts';
import { STAGES, type StageKind } from '../plugin/stage-kinds.ts';
import { mend, nearest } from '../settings/nearest.ts';
import { validate } from '../settings/validate.ts';
import type { OptionFault } from '../settings/wording.ts';
import type { Capabilities } from '../stages/capabilities.ts';

export type Path = readonly (string | number)[];
/** What a backend does at every step. */
export const BACKEND_VERBS = ['encode', 'attend', 'decode'] as const;

export type Report = (fault: OptionFault) => void;

/** Finds what a pipeline names among the stages that plugins offer, and checks its settings; faults are reported, and the rest goes on. */
export class Chooser {
  readonly #registry: Registry;
  readonly #report: Report;
  readonly #unsound = new Set<ChosenStage>();

  constructor(registry: Registry, report: Report) {
    this.#registry = registry;
    this.#report = report;
  }

  /** A stage by its name, with its settings; `path`: where it stands, if not where its verb does. */
  stage(verb: StageKind, use: Use | undefined, path: Path = STAGES[verb].at ?? []): ChosenStage | undefined {
    if (typeof use?.use !== 'string') return undefined;
    const offer = this.#registry.find(verb, use.use);
    if (!offer) {
      const known = this.#registry.offers(verb).map(({ name }) => name);
      this.#unknown(`"${use.use}" cannot ${verb}`, use.use, known, { path: [...path, 'use'] });
      return undefined;
    }
    return this.#made(offer, use, path);
  }

  /** An entry of `backends`, or a backend by its own name with its defaults; it may lack one of its verbs. */
  backend(entry: string, backends: NonNullable<Definition['backends']>, path: Path): ChosenStage | undefined {
    const written = Object.hasOwn(backends, entry) ? backends[entry] : undefined;
    const { use = entry } = written ?? {};
    const offer = BACKEND_VERBS.flatMap((verb) => this.#registry.find(verb, use) ?? []).at(-1); // decode counts most
    if (offer) return this.#made(offer, { ...written, train: written?.train ?? {} }, ['backends', entry]);
    const known = new Set(this.#registry.offers('decode').map(({ name }) => name));
    if (!written) for (const name of Object.keys(backends)) known.add(name);
    const named = written?.use !== undefined;
    const misspelt = written && !named && nearest(use, [...known]) !== undefined;
    const at = { path: written ? ['backends', entry, ...(named ? ['use'] : [])] : path, ...(misspelt && { atKey: true }) };
    this.#unknown(`"${use}" is no backend`, use, [...known].sort(), at);
    return undefined;
  }

  /** Every stage of a verb that works with its defaults: what `auto` chooses among. */
  all(verb: StageKind): ChosenStage[] {
    return this.#registry.offers(verb).flatMap((offer) => this.again({ ...offer, settings: {} }, {}) ?? []);
  }

  /** The same choice with other settings, unless they are faulty. */
  again(chosen: ChosenStage, settings: object): ChosenStage | undefined {
    const filled = structuredClone(settings);
    const schema = chosen.definition.options;
    return schema && validate(schema, filled).length > 0 ? undefined : { ...chosen, settings: filled };
  }

  /** What is capabilitiesOf of a choice; undefined where its settings are faulty, so that nothing can be said. */
  capabilities = (chosen: ChosenStage | undefined): Capabilities | undefined =>
    chosen && !this.#unsound.has(chosen) ? capabilitiesOf(chosen, chosen.settings) : undefined;

  #made(offer: Offer, written: { with?: unknown; train?: unknown; timeout?: number | undefined }, path: Path): ChosenStage {
    const { definition } = offer;
    const before = this.#count;
    const settings = this.#settings(offer, written.with, definition.options, [...path, 'with']);
    const training =
      written.train === undefined ? undefined : this.#settings(offer, written.train, definition.training, [...path, 'train']);
    const sound = this.#count === before;
    if (sound)
      for (const fault of definition.conflicts?.(settings as never, training as never) ?? [])
        this.#tell({ ...fault, path: [...path, ...fault.path] });
    const chosen: ChosenStage = { ...offer, settings, timeout: written.timeout, ...(training !== undefined && { training }) };
    if (!sound) this.#unsound.add(chosen);
    return chosen;
  }

  #settings({ name }: Offer, written: unknown, schema: TSchema | undefined, path: Path): unknown {
    const settings = structuredClone(written ?? {});
    if (schema) for (const fault of validate(schema, settings)) this.#tell({ ...fault, path: [...path, ...fault.path] });
    else
      for (const key of Object.keys(settings as object))
        this.#tell({ path: [...path, key], atKey: true, unknown: key, message: `"${name}" takes no such settings; leave "${key}" out.` });
    return settings;
  }

  /** A plugin that may not run could offer the name: then only what is near a known name is a fault. */
  #unknown(what: string, name: string, known: readonly string[], at: Pick<OptionFault, 'path' | 'atKey'>): void {
    const suggestion = nearest(name, known);
    if (suggestion === undefined && this.#registry.partial) return;
    const rest = mend(suggestion) || (known.length > 0 ? `; known are ${known.join(', ')}.` : '; no plugin offers any.');
    this.#tell({ ...at, message: `${what}${rest}`, ...(suggestion !== undefined && { suggestion }) });
  }

  #count = 0;
  #tell(fault: OptionFault): void {
    this.#count++;
    this.#report(fault);
  }
}
