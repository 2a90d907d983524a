import { errors } from '../errors.ts';
import type { EngineOptions } from '../onnx/device.ts';
import { type Feed, feedsOf } from '../onnx/feed.ts';
import { Host } from '../onnx/host.ts';
import { sureDevice } from '../onnx/session.ts';
import type { Weight } from '../weights/safetensors.ts';
import { type Compiled, compile } from './compile.ts';
import type { Plan } from './plan.ts';
import { packState, unpackState } from './state.ts';

/** What a step tells. */
export interface Report {
  /** Which step of its plan it was, counted from 1. */
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Rows of the batch a second, the time of this step alone. */
  readonly itemsPerSecond: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** How a training is set up. */
export interface TrainingOptions extends EngineOptions {
  readonly seed?: number;
  /** How far the loss may rise above those of its first ten steps, as a factor, before it counts as diverged. */
  readonly divergence?: number;
}

interface Running {
  readonly plan: Plan;
  readonly compiled: Compiled;
  readonly step: number;
  readonly gather?: number;
  done: number;
  gathered: number;
  /** The mean size of the loss in the first steps. */
  usual: number;
}

const EARLY = 10;

/** Networks in training: plans that take turns over one set of variables, in a thread of their own. */
export class Training implements AsyncDisposable {
  readonly host: Host;
  readonly #running: ReadonlyMap<string, Running>;
  readonly #divergence: number;

  constructor(host: Host, running: ReadonlyMap<string, Running>, divergence: number) {
    this.host = host;
    this.#running = running;
    this.#divergence = divergence;
  }

  /** Builds, differentiates and opens every plan. Throws what `compile` and `Host.start` throw. */
  static async start(
    plans: Readonly<Record<string, Plan>>,
    { seed = 0, divergence = 1000, ...engine }: TrainingOptions = {},
  ): Promise<Training> {
    const starting = Host.start(engine, seed); // the thread starts while the graphs are built
    starting.catch(() => undefined);
    const compileAll = async () => {
      const device = sureDevice(engine.device ?? 'auto') ?? (await (await starting).device());
      return Object.entries(plans).map(([name, plan]) => [name, plan, compile(plan, name, { fused: device === 'cpu' })] as const);
    };
    const compiled = await settle(compileAll, starting);
    const host = await starting;
    try {
      const running = new Map<string, Running>();
      for (const [name, plan, programs] of compiled) {
        const step = await host.open(programs.step);
        const gather = programs.gather && (await host.open(programs.gather));
        running.set(name, { plan, compiled: programs, step, ...(gather !== undefined && { gather }), done: 0, gathered: 0, usual: 0 });
      }
      return new Training(host, running, divergence);
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** Learns from one batch; noise that is not fed is drawn. Throws TOOLKIT_FEED, or TOOLKIT_DIVERGED, after which the weights are those before the step. */
  async step(feeds: Readonly<Record<string, Feed>>, name = this.#only()): Promise<Report> {
    const running = this.#plan(name);
    const gathers = running.gather !== undefined && running.gathered + 1 < (running.plan.accumulate ?? 1);
    const program = gathers ? running.compiled.gather! : running.compiled.step;
    const fed = feedsOf(program.inputs, feeds, program.noises);
    const early = running.done < EARLY;
    const bound = early ? Number.MAX_VALUE : this.#divergence * Math.max(1, running.usual);
    const began = performance.now();
    const { outputs, taken } = await this.host.run(gathers ? running.gather! : running.step, fed, {
      loss: bound,
      ...(!gathers && { gradient_norm: Number.MAX_VALUE }),
    });
    const seconds = (performance.now() - began) / 1000;
    const figures = Object.fromEntries(Object.entries(outputs).map(([key, { data }]) => [key, Number((data as Float32Array)[0])]));
    const { loss = Number.NaN, gradient_norm: gradientNorm = Number.NaN, learning_rate: learningRate = Number.NaN, ...metrics } = figures;
    if (!taken)
      throw errors.TOOLKIT_DIVERGED(
        running.done + 1,
        `the loss was ${loss} and the length of the gradient ${gradientNorm}`,
        describeFeeds(fed),
      );
    running.gathered = gathers ? running.gathered + 1 : 0;
    if (!gathers) running.done++;
    if (early && !gathers) running.usual += (Math.abs(loss) - running.usual) / running.done;
    const rows = Number(Object.values(fed)[0]?.dims[0] ?? 0);
    return { step: running.done, loss, gradientNorm, learningRate, itemsPerSecond: rows / seconds, metrics };
  }

  /** What was learned, by name; their moving average where one is kept and wanted. */
  async weights({ average = false, plan = this.#first() } = {}): Promise<Map<string, Weight>> {
    const running = this.#plan(plan);
    const names = [...new Set([...this.#running.values()].flatMap(({ compiled }) => compiled.variables))];
    const stand = new Map(
      names.map((name) => [name, average && running.compiled.parameters.includes(name) ? `${plan}/average/${name}` : name]),
    );
    const read = await this.host.read([...stand.values()]);
    return new Map([...stand].map(([name, from]) => [name, read[from]!]));
  }

  /** Everything it takes to go on to the same bits: weights, optimiser, counts and luck, as the bytes of a .safetensors file. */
  async state(): Promise<Uint8Array> {
    const counts = Object.fromEntries([...this.#running].map(([name, { done, gathered, usual }]) => [name, { done, gathered, usual }]));
    return packState({ variables: await this.host.read(), random: await this.host.random(), counts });
  }

  /** Goes on from a state. Throws TOOLKIT_SAFETENSORS, or TOOLKIT_STATE with the names and shapes that differ. */
  async restore(bytes: Uint8Array): Promise<void> {
    const programs = [...this.#running.values()].flatMap(({ compiled: { step, gather } }) => (gather ? [step, gather] : [step]));
    const { variables, random, counts } = unpackState(
      bytes,
      programs.flatMap((program) => program.variables),
      [...this.#running.keys()],
    );
    await this.host.write(variables);
    await this.host.random(random);
    for (const [name, running] of this.#running) Object.assign(running, counts[name]);
  }

  /** Waits for the step that runs, then ends the thread. */
  close(): Promise<void> {
    return this.host.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #first(): string {
    return this.#running.keys().next().value!;
  }

  /** The name of the only plan; where there are several, none, so that one must be named. */
  #only(): string {
    return this.#running.size > 1 ? '' : this.#first();
  }

  #plan(name: string): Running {
    const running = this.#running.get(name);
    if (!running) throw errors.TOOLKIT_FEED('plan', `must be named, one of ${[...this.#running.keys()].join(', ')}`);
    return running;
  }
}

const describeFeeds = (feeds: Readonly<Record<string, { readonly dims: readonly number[] }>>): string =>
  Object.entries(feeds)
    .map(([name, { dims }]) => `${name}[${dims.join(', ')}]`)
    .join(', ');

/** What `make` makes; where it throws, the thread is let go. */
const settle = async <T>(make: () => Promise<T>, starting: Promise<Host>): Promise<T> => {
  try {
    return await make();
  } catch (error) {
    await starting.then((host) => host.close()).catch(() => undefined);
    throw error;
  }
};
