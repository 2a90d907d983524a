import 'reflect-metadata/lite';
import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import { errors } from '../errors.ts';
import type { Artifact } from '../stages/train.ts';
import { type Binding, Key, type Needs, TOKENIZER } from './key.ts';
import { closeMade, isArtifact, makeOwn, notMade, type Owned, stageOf } from './own-stage.ts';
import type { Offer } from './registry.ts';
import type { Make, StageDefinition } from './stage-definition.ts';
import type { StageKind, StageOfKind } from './stage-kinds.ts';

/** A chosen stage, or a backend's stages together: an offer with its settings. */
export interface ChosenStage extends Offer {
  readonly settings: unknown;
  readonly training?: unknown;
  /** Seconds that one call may take. */
  readonly timeout?: number | undefined;
}

/** What a pipeline is made in: one inversify container, and a child of it for each chosen stage, so that two of a kind do not share what their plugin serves. */
export class StageContainer implements AsyncDisposable {
  readonly #container = new Container();
  readonly #bound = new Set<symbol>();
  readonly #rooms = new Map<ChosenStage, Container>();
  readonly #artifacts = new Set<Artifact>();
  readonly #keeping = new Set<ChosenStage>();
  readonly #making = new Set<Promise<unknown>>();
  /** What closes each stage that belongs to a request under way. */
  readonly #owned = new Map<AsyncDisposable, string>();
  /** What was made so far, in that order, and what it is called. */
  readonly #made = new Map<unknown, string>();

  /** `bound`: what the user provides, before which no value of ours has a chance. Throws KEY_NOT_FREE. */
  constructor(bound: readonly Binding[] = []) {
    for (const { key, value } of bound) {
      if (key.id === TOKENIZER.id) throw errors.KEY_NOT_FREE();
      this.provide(key, value);
      this.#bound.add(key.id);
    }
  }

  /** Puts a value where stages can need it. */
  provide<T>(key: Key<T>, value: T): void {
    if (this.#bound.has(key.id)) return;
    if (this.#container.isBound(key.id)) this.#container.unbind(key.id);
    this.#container.bind(key.id).toConstantValue(value);
  }

  /** What stands under a key. */
  get<T>({ id }: Key<T>): T {
    return this.#container.get<T>(id);
  }

  /** The stage that an offer makes for a verb; the same one whenever asked for the same choice. `within` a backend it is given that one's model. One that could not be made is tried again when asked for again. */
  async make<V extends StageKind>(verb: V, chosen: ChosenStage, within?: ChosenStage): Promise<StageOfKind[V]> {
    this.#demandNeeds(verb, chosen);
    const making = this.#room(chosen, within).getAsync(idOf(verb, chosen.definition));
    this.#making.add(making);
    try {
      return (await making) as StageOfKind[V];
    } catch (error) {
      throw notMade(verb, chosen.name, error);
    } finally {
      this.#making.delete(making);
    }
  }

  /** A stage under other settings, which belongs to who asked for it and is kept by nobody: made anew and closed by them. Throws STAGE_LEARNS. */
  async makeOnce<V extends StageKind>(verb: V, chosen: ChosenStage, settings: unknown): Promise<Owned<StageOfKind[V]>> {
    this.#demandNeeds(verb, chosen);
    const making = makeOwn(verb, { ...chosen, settings }, ({ id }) => this.#container.getAsync(id));
    this.#making.add(making);
    try {
      const own = await making;
      const held = { [Symbol.asyncDispose]: own.close };
      this.#owned.set(held, `${verb} of "${chosen.name}"`);
      const close = (): Promise<void> => (this.#owned.delete(held) ? own.close() : Promise.resolve());
      return { stage: own.stage as StageOfKind[V], close };
    } finally {
      this.#making.delete(making);
    }
  }

  /** All that was made so far and is worth keeping. */
  get artifacts(): readonly Artifact[] {
    return [...this.#artifacts];
  }

  /** Whether something that was made for a choice so far is worth keeping. */
  keeps(chosen: ChosenStage): boolean {
    return this.#keeping.has(chosen);
  }

  /** Closes what was made, the last first. Throws CLOSING_FAILED with all that could not be closed, after the rest was. */
  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#making.size > 0) await Promise.allSettled(this.#making);
    const made = [...this.#made, ...this.#owned].reverse();
    for (const one of [this.#made, this.#owned, this.#rooms, this.#artifacts, this.#keeping]) one.clear();
    await closeMade(made);
  }

  /** Throws NOT_PROVIDED. */
  #demandNeeds(verb: StageKind, { name, definition }: ChosenStage): void {
    for (const [need, { id }] of Object.entries(definition.needs ?? {}))
      if (!this.#container.isBound(id)) throw errors.NOT_PROVIDED(verb, name, need, String(id.description));
  }

  #room(chosen: ChosenStage, within?: ChosenStage): Container {
    let room = this.#rooms.get(chosen);
    if (!room) {
      room = new Container({ parent: within ? this.#room(within) : this.#container });
      room.load(this.#module(chosen));
      this.#rooms.set(chosen, room);
    }
    return room;
  }

  #module(chosen: ChosenStage): ContainerModule {
    const { definition, settings, training } = chosen;
    const { name, model, makes, needs = {}, within } = definition;
    return new ContainerModule(({ bind }) => {
      const add = (id: ServiceIdentifier, what: string, make: Make<unknown>, more: Needs, fixed: object): void => {
        let made: Promise<unknown> | undefined;
        const names = Object.keys(more);
        const once = (...values: unknown[]): Promise<unknown> => {
          const given = { ...fixed, ...Object.fromEntries(names.map((name, i) => [name, values[i]])) };
          made ??= this.#keep(what, chosen, () => make(given as never)).catch((error) => {
            made = undefined;
            throw error;
          });
          return made;
        };
        bind(id)
          .toResolvedValue(
            once,
            Object.values(more).map(({ id }) => id),
          )
          .inTransientScope(); // made once nevertheless, and not kept where making it failed
      };
      const fixed = { options: settings };
      const shares = model ? definition : within;
      const shared = shares ? { model: new Key<unknown>(idOf('model', shares)) } : {};
      if (model) add(idOf('model', definition), `what "${name}" shares`, model, needs, fixed);
      for (const [verb, make] of Object.entries(makes))
        add(
          idOf(verb, definition),
          `${verb} of "${name}"`,
          (given) => stageOf(make, given),
          { ...needs, ...shared },
          verb === 'train' ? { ...fixed, training } : fixed,
        );
    });
  }

  async #keep(what: string, chosen: ChosenStage, make: () => unknown): Promise<unknown> {
    const made = await make();
    if (isArtifact(made)) {
      this.#artifacts.add(made);
      this.#keeping.add(chosen);
    }
    if (!this.#made.has(made)) this.#made.set(made, what);
    return made;
  }
}

const ids = new WeakMap<StageDefinition, Map<string, symbol>>();

/** What the container knows a thing by that a definition makes. */
const idOf = (what: string, definition: StageDefinition): symbol => {
  const own = ids.get(definition) ?? new Map<string, symbol>();
  ids.set(definition, own);
  const id = own.get(what) ?? Symbol(`${what} of ${definition.name}`);
  own.set(what, id);
  return id;
};
