import 'reflect-metadata/lite';
import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import { type Key, type Made, type Need, options, type Recipe, type Verb } from '../plugin/define.ts';
import type { Offer } from '../plugin/load.ts';
import type { Artifact } from '../stages/train.ts';

/** A chosen stage, or a backend's stages together: an offer with its settings. */
export interface Chosen extends Offer {
  readonly settings: unknown;
  readonly training?: unknown;
  /** Seconds that one call may take. */
  readonly timeout?: number | undefined;
}

/** What a pipeline is made in: one inversify container, and a child of it for each chosen stage, so that two of a kind do not share what their plugin serves. */
export class Workshop {
  readonly #container = new Container({ defaultScope: 'Singleton' });
  readonly #rooms = new Map<Chosen, Container>();
  readonly #artifacts = new Set<Artifact>();

  /** Puts a value where recipes can ask for it. */
  provide<T>(key: Key<T>, value: T): void {
    if (this.#container.isBound(key.id)) this.#container.unbind(key.id);
    this.#container.bind(key.id).toConstantValue(value);
  }

  /** The stage that an offer makes for a verb; the same one whenever asked for the same choice. `within` another of its plugin it shares that one's services. */
  async make<V extends Verb>(verb: V, chosen: Chosen, within?: Chosen): Promise<Made[V]> {
    return (await this.#room(chosen, within).getAsync(stageId(verb, chosen.name))) as Made[V];
  }

  /** All that was made so far and is worth keeping. */
  get artifacts(): readonly Artifact[] {
    return [...this.#artifacts];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const room of [...this.#rooms.values()].reverse()) await room.unbindAllAsync();
    this.#rooms.clear();
    this.#artifacts.clear();
    await this.#container.unbindAllAsync();
  }

  #room(chosen: Chosen, within?: Chosen): Container {
    let room = this.#rooms.get(chosen);
    if (!room) {
      room = new Container({ parent: within ? this.#room(within) : this.#container, defaultScope: 'Singleton' });
      room.load(this.#module(chosen, within ? [] : chosen.plugin.services));
      this.#rooms.set(chosen, room);
    }
    return room;
  }

  #module({ name, plugin, settings, training }: Chosen, services: Chosen['plugin']['services'] = []): ContainerModule {
    return new ContainerModule(({ bind }) => {
      const add = (id: ServiceIdentifier, { make, needs }: Recipe): void => {
        const build = async (...needed: never[]): Promise<unknown> => this.#keep(await make(...needed));
        bind(id)
          .toResolvedValue(build as (...needed: unknown[]) => Promise<unknown>, needs.map(idOf))
          .inSingletonScope()
          .onDeactivation(dispose);
      };
      const schema = plugin.options?.[name];
      if (schema) bind(options(schema).id).toConstantValue(settings);
      const trainingSchema = plugin.training?.[name];
      if (trainingSchema && training !== undefined) bind(options(trainingSchema).id).toConstantValue(training);
      for (const service of services) add(idOf(service.of), service);
      for (const [verb, stages] of Object.entries(plugin.stages)) {
        const recipe = stages?.[name];
        if (recipe) add(stageId(verb as Verb, name), recipe);
      }
    });
  }

  #keep<T>(made: T): T {
    if (isArtifact(made)) this.#artifacts.add(made);
    return made;
  }
}

const ids = new Map<string, symbol>();
const stageId = (verb: Verb, name: string): symbol => {
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
