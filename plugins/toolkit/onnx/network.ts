import { errors } from '../errors.ts';
import type { Value } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { programOf } from './compile.ts';
import type { EngineOptions } from './device.ts';
import { type Feed, feedsOf } from './feed.ts';
import { loadOnnx } from './file.ts';
import { Host } from './host.ts';
import type { Fed, Program } from './program.ts';
import { type ReadPort, readModel } from './read.ts';

/** Where a network runs, and with which weights. */
export interface NetworkOptions extends EngineOptions {
  /** What its variables are; they become part of the graph, which runs fastest so. Absent: those of the host, as they stand at each run. */
  readonly weights?: ReadonlyMap<string, Value>;
  /** A thread that is there already, such as a training's; absent: one of its own. */
  readonly host?: Host;
  /** The seed of its noise, in a thread of its own. */
  readonly seed?: number;
}

/** A graph, or an .onnx file of anyone's, opened to be asked: fed by name, answered by name. */
export class Network implements AsyncDisposable {
  readonly #host: Host;
  readonly #own: boolean;
  readonly #program: Program;
  readonly #number: number;

  private constructor(host: Host, own: boolean, program: Program, number: number) {
    this.#host = host;
    this.#own = own;
    this.#program = program;
    this.#number = number;
  }

  /** Opens nodes by the names under which they are to be answered, or an .onnx file by its path or its bytes. Throws TOOLKIT_ONNX, TOOLKIT_MODEL and what `Host.start` throws. */
  static async open(
    model: Readonly<Record<string, Node>> | string | Uint8Array,
    { weights, host, seed, ...engine }: NetworkOptions = {},
  ): Promise<Network> {
    const isFile = typeof model === 'string' || model instanceof Uint8Array;
    const program = isFile ? await programOfFile(model) : programOf(model, [], { weights });
    const running = host ?? (await Host.start(engine, seed));
    try {
      return new Network(running, host === undefined, program, await running.open(program));
    } catch (error) {
      if (!host) await running.close();
      throw error;
    }
  }

  /** Answers once; noise that is not fed is drawn. Throws TOOLKIT_FEED. */
  async run(feeds: Readonly<Record<string, Feed>> = {}): Promise<Readonly<Record<string, Fed>>> {
    return (await this.#host.run(this.#number, feedsOf(this.#program.inputs, feeds, this.#program.noises))).outputs;
  }

  /** Waits for what runs, then lets go of the graph, and of the thread where that is its own. */
  close(): Promise<void> {
    return this.#own ? this.#host.close() : this.#host.release(this.#number);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A file as it stands, run from its path, where that is known, so that weights beside it are found. */
const programOfFile = async (file: string | Uint8Array): Promise<Program> => {
  const { inputs, outputs } = typeof file === 'string' ? await loadOnnx(file) : readModel(file);
  const inputsTyped = inputs.map(({ name, dtype, shape }: ReadPort) => {
    if (!dtype) throw errors.TOOLKIT_ONNX(`its input "${name}" is of a type that is not known here`);
    return { name, dtype, shape };
  });
  return { model: file, inputs: inputsTyped, noises: [], variables: [], updates: {}, reports: outputs.map(({ name }) => name) };
};
