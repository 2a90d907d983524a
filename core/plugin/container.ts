import 'reflect-metadata/lite';
import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import { errors, isAbort, StagewrightError } from '../errors.ts';
import type { Artifact } from '../stages/train.ts';
import { type Key, type Need, options, type Recipe, type StageKind, type StageOfKind } from './define.ts';
import type { Offer } from './load.ts';

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
      throw error instanceof StagewrightError || isAbort(error) ? error : errors.STAGE_NOT_MADE(verb, chosen.name, error).because(error);
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
    const made = [...this.#made].reverse();
    for (const one of [this.#made, this.#rooms, this.#artifacts]) one.clear();
    const faults: { what: string; error: unknown }[] = [];
    for (const [one, what] of made) await dispose(one).catch((error: unknown) => faults.push({ what, error }));
    if (faults.length > 0) throw errors.CLOSING_FAILED(faults).because(faults[0]!.error);
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

const isArtifact = (made: unknown): made is Artifact =>
  typeof (made as Artifact | undefined)?.save === 'function' && typeof (made as Artifact).load === 'function';

const dispose = async (made: unknown): Promise<void> => {
  const { [Symbol.asyncDispose]: closeAsync, [Symbol.dispose]: close } = Object(made) as Partial<AsyncDisposable & Disposable>;
  if (closeAsync) await closeAsync.call(made as AsyncDisposable);
  else close?.call(made as Disposable);
};
