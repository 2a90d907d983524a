import { type DType, loadOnnx, toFloat32 } from '../../toolkit/index.ts';
import { copyProgram } from '../../toolkit/onnx/copy.ts';
import { hold, loadRuntime, type openSession, type RuntimeTensor } from '../../toolkit/onnx/session.ts';
import { errors } from '../errors.ts';
import { checkPart } from './check-part.ts';
import { type Found, find, openModel } from './open-model.ts';
import { dimsOf, type Port, type Ports, portsOf } from './ports.ts';
import { price } from './price.ts';
import type { ForeignOpening, Part, Reader } from './protocol.ts';

const CHUNK = 512; // tokens of a prefill that are read at a time

type Runtime = Awaited<ReturnType<typeof loadRuntime>>;
type Session = Awaited<ReturnType<typeof openSession>>;

/** What a row remembers: how many tokens, and the tensors of each layer as the graph gave them, which nobody writes to; those of a GPU stay there. */
interface Memory {
  readonly length: number;
  readonly tensors: readonly RuntimeTensor[];
}

/** A device's memory has no collector. */
const letGo = (memory: Memory | undefined): void => {
  for (const tensor of memory?.tensors ?? []) if (tensor.location !== 'cpu') tensor.dispose();
};

/** Reads with an exported graph that takes past keys and values in and gives present ones out; each row by itself, since pasts differ in length. */
export class ForeignEngine implements Reader {
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #onnx: string;
  readonly #ports: Ports;
  readonly #vocabulary: number;
  readonly #found: Found;
  readonly #memories = new Map<number, Memory | undefined>();
  readonly #copies = new Map<string, Session>();

  constructor(
    runtime: Runtime,
    found: Found,
    session: Session,
    ports: Ports,
    { onnx, vocabulary }: Pick<ForeignOpening, 'onnx' | 'vocabulary'>,
  ) {
    this.#runtime = runtime;
    this.#found = found;
    this.#session = session;
    this.#onnx = onnx;
    this.#ports = ports;
    this.#vocabulary = vocabulary;
  }

  /** Throws TRANSFORMER_GRAPH where the file is no decoder with past and present, TOOLKIT_MODEL where the runtime refuses it. */
  static async open({ onnx, vocabulary, ...place }: ForeignOpening): Promise<ForeignEngine> {
    const found = await find(place);
    const outputs = found.device === 'cpu' ? [] : (await loadOnnx(onnx)).outputs.map(({ name }) => name);
    const session = await openModel(
      onnx,
      found,
      outputs.filter((name) => name.startsWith('present')),
    );
    return new ForeignEngine(await loadRuntime(), found, session, portsOf(onnx, session), { onnx, vocabulary });
  }

  /** How many memories lie on a device. */
  get resident(): number {
    const known = new Set([...this.#memories.values()].flatMap((memory) => memory ?? []));
    return [...known].filter(({ tensors }) => tensors[0]!.location !== 'cpu').length;
  }

  async read(parts: readonly Part[], pause: () => Promise<void>): Promise<Float32Array | Float64Array> {
    for (const part of parts) checkPart(part, this.#vocabulary, this.#memories);
    const priced = parts.some(({ targets }) => targets !== undefined);
    const total = parts.reduce((sum, { positions }) => sum + positions, 0);
    const out = priced ? new Float64Array(total) : new Float32Array(total * this.#vocabulary);
    let at = 0;
    for (const [number, part] of parts.entries()) {
      const known = this.#memories.get(part.memory);
      let memory = known;
      const most = this.#ports.step ?? CHUNK;
      for (let from = 0; from < part.fresh.length; from += most) {
        const fresh = part.fresh.subarray(from, from + most);
        const first = Math.max(0, part.fresh.length - part.positions - from);
        const wanted = Math.max(0, fresh.length - first);
        const before = memory;
        const step = async () => {
          if (number + from > 0) await pause();
          return this.#step(fresh, before, wanted);
        };
        const { logits, next } = await step().finally(() => before !== known && letGo(before)); // what stands between two pieces is nobody's
        memory = next;
        for (let i = 0; i < wanted; i++, at++) {
          const line = logits.subarray(i * this.#vocabulary, (i + 1) * this.#vocabulary);
          const position = from + first + i - (part.fresh.length - part.positions);
          if (out instanceof Float64Array) out[at] = price(line, part.targets![position]!);
          else out.set(line, at * this.#vocabulary);
        }
      }
      this.#memories.set(part.next, memory);
    }
    return out;
  }

  /** Reads some tokens; gives logits of the last `wanted` of them. */
  async #step(fresh: Int32Array, memory: Memory | undefined, wanted: number): Promise<{ logits: Float32Array; next: Memory }> {
    const before = memory?.length ?? 0;
    const { ports, pasts } = this.#ports;
    const feeds: Record<string, RuntimeTensor> = Object.fromEntries(
      ports.map((port) => [port.name, this.#feed(port, fresh, before, wanted)]),
    );
    pasts.forEach((past, i) => {
      const { input, dtype } = past;
      const data = dtype === 'float32' ? new Float32Array(0) : new Uint16Array(0);
      feeds[input] = memory?.tensors[i] ?? hold(this.#runtime, dtype, { dims: dimsOf(past, 0), data });
    });
    const made = (await this.#session.run(feeds)) as Readonly<Record<string, RuntimeTensor>>;
    const logits = made.logits!;
    if (logits.dims.at(-1) !== this.#vocabulary)
      throw errors.TRANSFORMER_VOCABULARY('The graph', Number(logits.dims.at(-1)), this.#vocabulary);
    const data = toFloat32({ dtype: logits.type as 'float32', data: logits.data as Float32Array });
    const given = data.length / this.#vocabulary;
    if (given < wanted) throw errors.TRANSFORMER_GRAPH(this.#onnx, `it gives logits of ${given} positions where ${wanted} are wanted`);
    const next = { length: before + fresh.length, tensors: pasts.map(({ output }) => made[output]!) };
    return { logits: data.subarray((given - wanted) * this.#vocabulary), next };
  }

  #feed({ part, dtype, rank }: Port, fresh: Int32Array, before: number, wanted: number): RuntimeTensor {
    const count = fresh.length;
    const row = (length: number, at: (i: number) => number): RuntimeTensor => {
      const data =
        dtype === 'int64' ? BigInt64Array.from({ length }, (_, i) => BigInt(at(i))) : Int32Array.from({ length }, (_, i) => at(i));
      return hold(this.#runtime, dtype, { dims: [1, length].slice(2 - rank), data });
    };
    switch (part) {
      case 'ids':
        return row(count, (i) => fresh[i]!);
      case 'mask':
        return row(before + count, () => 1);
      case 'places':
      case 'columns':
        return row(count, (i) => before + i);
      case 'zeros':
        return row(count, () => 0);
      case 'kept':
        return row(1, () => Math.max(1, wanted)); // 0 would be all
      case 'cached':
        return hold(this.#runtime, 'bool', { dims: [1].slice(1 - rank), data: Uint8Array.of(before > 0 ? 1 : 0) });
    }
  }

  async rewind(memory: number, next: number, tokens: number): Promise<void> {
    const before = this.#memories.get(memory);
    if (!before || before.length <= tokens) {
      this.#memories.set(next, undefined);
      return;
    }
    const length = before.length - tokens;
    const tensors: RuntimeTensor[] = [];
    for (const [i, tensor] of before.tensors.entries()) {
      const past = this.#ports.pasts[i]!;
      const dims = dimsOf(past, length);
      const [rows, width] = [dims.slice(0, -2).reduce((product, dim) => product * dim, 1), dims.at(-1)!];
      const from = (await this.#fetch(tensor)).data as Float32Array;
      const data = from.slice(0, rows * length * width);
      for (let row = 0; row < rows; row++)
        data.set(from.subarray(row * before.length * width, (row * before.length + length) * width), row * length * width);
      tensors.push(hold(this.#runtime, past.dtype, { dims, data }));
    }
    this.#memories.set(next, { length, tensors });
  }

  /** A tensor in the memory of this thread. */
  async #fetch(tensor: RuntimeTensor): Promise<RuntimeTensor> {
    if (tensor.location === 'cpu') return tensor;
    const copy = this.#copies.get(tensor.type) ?? (await openModel(copyProgram(tensor.type as DType), this.#found));
    this.#copies.set(tensor.type, copy);
    return (await copy.run({ x: tensor })).y as RuntimeTensor;
  }

  release(number: number): void {
    const memory = this.#memories.get(number);
    this.#memories.delete(number);
    if (![...this.#memories.values()].includes(memory)) letGo(memory); // a row that read nothing has its memory under two numbers
  }

  async close(): Promise<void> {
    for (const number of this.#memories.keys()) this.release(number);
    for (const session of [this.#session, ...this.#copies.values()]) await session.release();
  }
}
