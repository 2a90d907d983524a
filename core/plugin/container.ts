import 'reflect-metadata/lite';
import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import type { Artifact } from '../stages/train.ts';
import { type Key, type Need, options, type Recipe, type StageKind, type StageOfKind } from './define.ts';
import type { Offer } from './load.ts';
import { closeMade, isArtifact, makeOwn, notMade, type Owned } from './own-stage.ts';

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
  readonly #rooms = new Map<ChosenStage, Container>();
  readonly #artifacts = new Set<Artifact>();
  readonly #making = new Set<Promise<unknown>>();
  /** What closes each stage that belongs to a request under way. */
  readonly #owned = new Map<AsyncDisposable, string>();
  /** What was made so far, in that order, and what it is called. */
  readonly #made = new Map<unknown, string>();

  /** Puts a value where recipes can ask for it. */
  provide<T>(key: Key<T>, value: T): void {
    if (this.#container.isBound(key.id)) this.#container.unbind(key.id);
    this.#container.bind(key.id).toConstantValue(value);
  }

  /** The stage that an offer makes for a verb; the same one whenever asked for the same choice. `within` another of its plugin it shares that one's services. One that could not be made is tried again when asked for again. */
  async make<V extends StageKind>(verb: V, chosen: ChosenStage, within?: ChosenStage): Promise<StageOfKind[V]> {
    const making = this.#room(chosen, within).getAsync(stageId(verb, chosen.name));
    this.#making.add(making);
    try {
      return (await making) as StageOfKind[V];
    } catch (error) {
      throw notMade(verb, chosen.name, error);
    } finally {
      this.#making.delete(making);
    }
  }

  /** A stage under other settings, which belongs to who asked for it and is kept by nobody: what of its plugin reads settings is made with it and closed with it, and every other service is that of the choice. Throws STAGE_LEARNS. */
  async makeOnce<V extends StageKind>(verb: V, chosen: ChosenStage, settings: unknown): Promise<Owned<StageOfKind[V]>> {
    const making = makeOwn(verb, { ...chosen, settings }, (need) => this.#room(chosen).getAsync(idOf(need)));
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

  /** Closes what was made, the last first. Throws CLOSING_FAILED with all that could not be closed, after the rest was. */
  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#making.size > 0) await Promise.allSettled(this.#making);
    const made = [...this.#made, ...this.#owned].reverse();
    for (const one of [this.#made, this.#owned, this.#rooms, this.#artifacts]) one.clear();
    await closeMade(made);
  }

  #room(chosen: ChosenStage, within?: ChosenStage): Container {
    let room = this.#rooms.get(chosen);
    if (!room) {
      room = new Container({ parent: within ? this.#room(within) : this.#container });
      room.load(this.#module(chosen, within ? [] : chosen.plugin.services));
      this.#rooms.set(chosen, room);
    }
    return room;
  }

  #module({ name, plugin, settings, training }: ChosenStage, services: ChosenStage['plugin']['services'] = []): ContainerModule {
    return new ContainerModule(({ bind }) => {
      const add = (id: ServiceIdentifier, what: string, { make, needs }: Recipe): void => {
        let made: Promise<unknown> | undefined;
        const once = (...needed: never[]): Promise<unknown> => {
          made ??= this.#keep(what, () => make(...needed)).catch((error) => {
            made = undefined;
            throw error;
          });
          return made;
        };
        bind(id)
          .toResolvedValue(once as (...needed: unknown[]) => Promise<unknown>, needs.map(idOf))
          .inTransientScope(); // made once nevertheless, and not kept where making it failed
      };
      const schema = plugin.options?.[name];
      if (schema) bind(options(schema).id).toConstantValue(settings);
      const trainingSchema = plugin.training?.[name];
      if (trainingSchema && training !== undefined) bind(options(trainingSchema).id).toConstantValue(training);
      for (const service of services) add(idOf(service.of), `what "${name}" shares`, service);
      for (const [verb, stages] of Object.entries(plugin.stages)) {
        const recipe = stages?.[name];
        if (recipe) add(stageId(verb as StageKind, name), `${verb} of "${name}"`, recipe);
      }
    });
  }

  async #keep(what: string, make: () => unknown): Promise<unknown> {
    const made = await make();
    if (isArtifact(made)) this.#artifacts.add(made);
    if (!this.#made.has(made)) this.#made.set(made, what);
    return made;
  }
}

const ids = new Map<string, symbol>();
const stageId = (verb: StageKind, name: string): symbol => {
  const key = `${verb} ${name}`;
  const id = ids.get(key) ?? Symbol(key);
  ids.set(key, id);
  return id;
};

const idOf = (need: Need): ServiceIdentifier => ('id' in need ? need.id : (need as ServiceIdentifier));
