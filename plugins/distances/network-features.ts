import { StagewrightError } from '../../core/declaring.ts';
import { loadOnnx, Network, readModel } from '../toolkit/index.ts';
import { errors } from './errors.ts';
import type { Points } from './measures/points.ts';
import { resizeBilinear } from './resize.ts';
import { channelsFirst, type Form, valuesOf, type Waiting } from './rows.ts';

type Value = Awaited<ReturnType<Network['run']>>[string];
type ReadPort = ReturnType<typeof readModel>['inputs'][number];

/** What a network says of rows. */
export interface Looked {
  readonly features: Points;
  readonly logits?: Points;
}

/** Which network, which of its outputs, and how values are fed to it. */
export interface NetworkSettings {
  /** A path, or the file itself. */
  readonly network: string | Uint8Array;
  readonly output?: string;
  readonly logits?: string;
  readonly mean?: number;
  readonly deviation?: number;
}

/** So many rows are fed at a time. */
const BATCH = 64;

/** A network in a thread of its own that is asked for the features of rows. */
export class NetworkFeatures {
  readonly #network: Network;
  readonly #form: Form;
  readonly #input: ReadPort;
  readonly #outputs: { readonly features: string; readonly logits?: string };
  readonly #settings: NetworkSettings;

  private constructor(
    network: Network,
    form: Form,
    { input, outputs, settings }: { input: ReadPort; outputs: { features: string; logits?: string }; settings: NetworkSettings },
  ) {
    this.#network = network;
    this.#form = form;
    this.#input = input;
    this.#outputs = outputs;
    this.#settings = settings;
  }

  /** Opens it, and sees whether rows fit into it. Throws DISTANCE_NETWORK. */
  static async open(settings: NetworkSettings, form: Form): Promise<NetworkFeatures> {
    const { network: model, output, logits } = settings;
    const path = typeof model === 'string' ? model : 'of the classifier';
    const fault = (what: string): Error => errors.DISTANCE_NETWORK(path, what);
    let ports: { inputs: readonly ReadPort[]; outputs: readonly ReadPort[] };
    try {
      ports = typeof model === 'string' ? await loadOnnx(path) : readModel(model);
    } catch (cause) {
      if (cause instanceof StagewrightError && cause.code === 'TOOLKIT_POINTER') throw cause;
      throw errors.DISTANCE_NETWORK(path, cause instanceof Error ? cause.message : String(cause)).because(cause);
    }
    const [input, second] = ports.inputs;
    if (!input || second) throw fault(`it has ${ports.inputs.length} inputs`);
    if (input.dtype !== 'float32' || (input.shape.length !== 4 && input.shape.length !== 2))
      throw fault(`its input "${input.name}" is ${input.dtype ?? 'of another type'} [${input.shape.join(', ')}]`);
    const find = (name: string | undefined): string => {
      const port = name === undefined ? ports.outputs[0] : ports.outputs.find((one) => one.name === name);
      if (!port) throw fault(`it has no output "${name}"; known are ${ports.outputs.map((one) => one.name).join(', ')}`);
      if (port.dtype !== 'float32' || port.shape.length !== 2)
        throw fault(`its output "${port.name}" is ${port.dtype ?? 'of another type'} [${port.shape.join(', ')}]`);
      return port.name;
    };
    const outputs = { features: find(output), ...(logits !== undefined && { logits: find(logits) }) };
    const problem = misfit(input, form);
    if (problem) throw fault(problem);
    const network = await Network.open(typeof model === 'string' ? path : model);
    return new NetworkFeatures(network, form, { input, outputs, settings });
  }

  /** The features of rows, and their logits where that output is named. */
  async look(rows: readonly Waiting[]): Promise<Looked> {
    const { features, logits } = this.#outputs;
    const gathered = { features: gathering(rows.length), logits: gathering(rows.length) };
    for (let begin = 0; begin < rows.length; begin += BATCH) {
      const some = rows.slice(begin, begin + BATCH);
      const answers = await this.#network.run({ [this.#input.name]: this.#feed(some) });
      gathered.features.add(begin, some.length, answers[features]!, this.#fault);
      if (logits !== undefined) gathered.logits.add(begin, some.length, answers[logits]!, this.#fault);
    }
    return { features: gathered.features.points(), ...(logits !== undefined && { logits: gathered.logits.points() }) };
  }

  close(): Promise<void> {
    return this.#network.close();
  }

  readonly #fault = (what: string): Error =>
    errors.DISTANCE_NETWORK(typeof this.#settings.network === 'string' ? this.#settings.network : 'of the classifier', what);

  #feed(rows: readonly Waiting[]): { dims: number[]; data: Float32Array } {
    const { shape, size } = this.#form;
    const { mean = 0, deviation = 1 } = this.#settings;
    const values = valuesOf(this.#form, rows).map((value) => (value - mean) / deviation);
    if (this.#input.shape.length === 2) return { dims: [rows.length, size], data: values };
    const [height, width, channels] = sides(shape);
    const [, wanted, high, wide] = this.#input.shape;
    const to = [typeof high === 'number' ? high : height, typeof wide === 'number' ? wide : width] as const;
    const resized = resizeBilinear(channelsFirst(values, shape), [height, width], to);
    const data = channels === 1 && wanted === 3 ? thrice(resized, to[0] * to[1]) : resized;
    return { dims: [rows.length, data.length / (rows.length * to[0] * to[1]), ...to], data };
  }
}

const sides = ([height = 1, width = 1, channels = 1]: readonly number[]): [number, number, number] => [height, width, channels];

/** Each picture's one channel three times. */
const thrice = (values: Float32Array, area: number): Float32Array => {
  const out = new Float32Array(values.length * 3);
  for (let from = 0, to = 0; from < values.length; from += area)
    for (let copy = 0; copy < 3; copy++, to += area) out.set(values.subarray(from, from + area), to);
  return out;
};

/** Why rows do not go in, if they do not. */
const misfit = ({ name, shape: input }: ReadPort, { shape, size }: Form): string | undefined => {
  const said = `its input "${name}" is [${input.join(', ')}], and rows are [${shape.join(', ')}]`;
  if (input.length === 2) return typeof input[1] === 'number' && input[1] !== size ? said : undefined;
  if (shape.length < 2 || shape.length > 3) return said;
  const [, , channels] = sides(shape);
  const wanted = input[1];
  return typeof wanted === 'number' && wanted !== channels && !(wanted === 3 && channels === 1) ? said : undefined;
};

/** Answers of batches, one behind the other. */
const gathering = (count: number) => {
  let width = 0;
  let data = new Float32Array(0);
  return {
    add(begin: number, rows: number, { dims, data: some }: Value, fault: (what: string) => Error): void {
      if (dims.length !== 2 || dims[0] !== rows || !(some instanceof Float32Array))
        throw fault(`it answers [${dims.join(', ')}] for ${rows} rows`);
      if (data.length === 0) {
        width = dims[1]!;
        data = new Float32Array(count * width);
      }
      for (let at = 0; at < some.length; at++) {
        if (!Number.isFinite(some[at])) throw fault(`it answers ${some[at]}`);
        data[begin * width + at] = some[at]!;
      }
    },
    points: (): Points => ({ count, width, data }),
  };
};
