import { type DType, loadOnnx, toFloat32 } from '../../toolkit/index.ts';
import { copyProgram } from '../../toolkit/onnx/copy.ts';
import { type Held, hold, loadRuntime, type openSession } from '../../toolkit/onnx/session.ts';
import { errors } from '../errors.ts';
import { checkPart } from './check-part.ts';
import { type Found, find, openModel } from './open-model.ts';
import { price } from './price.ts';
import type { ForeignOpening, Part, Reader } from './protocol.ts';

const CHUNK = 512; // tokens of a prefill that are read at a time

type Runtime = Awaited<ReturnType<typeof loadRuntime>>;
type Session = Awaited<ReturnType<typeof openSession>>;

/** A tensor of keys or values that a row remembers, [1, kv heads, length, width], and the input it goes into. */
interface Past {
  readonly input: string;
  readonly output: string;
  readonly dtype: 'float32' | 'float16';
  readonly heads: number;
  readonly width: number;
}

/** What a row remembers: how many tokens, and the tensors of each layer as the graph gave them, which nobody writes to; those of a GPU stay there. */
interface Memory {
  readonly length: number;
  readonly tensors: readonly Held[];
}

/** A device's memory has no collector. */
const letGo = (memory: Memory | undefined): void => {
  for (const tensor of memory?.tensors ?? []) if (tensor.location !== 'cpu') tensor.dispose();
};

/** Reads with an exported graph that takes past keys and values in and gives present ones out; each row by itself, since pasts differ in length. */
export class ForeignEngine implements Reader {
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #pasts: readonly Past[];
  readonly #vocabulary: number;
  readonly #found: Found;
  readonly #memories = new Map<number, Memory | undefined>();
  readonly #copies = new Map<string, Session>();

  constructor(runtime: Runtime, found: Found, session: Session, pasts: readonly Past[], vocabulary: number) {
    this.#runtime = runtime;
    this.#found = found;
    this.#session = session;
    this.#pasts = pasts;
    this.#vocabulary = vocabulary;
  }

  /** Throws TRANSFORMER_GRAPH where the file is no decoder with past and present, TOOLKIT_MODEL where the runtime refuses it. */
  static async open({ onnx, vocabulary, ...place }: ForeignOpening): Promise<ForeignEngine> {
    const found = await find(place);
    const outputs = found.device === 'cpu' ? [] : (await loadOnnx(onnx)).outputs.map(({ name }) => name);
    const session = await openModel(
      onnx,
      found,
      outputs.filter((name) => name.startsWith('present.')),
    );
    const fault = (why: string): Error => errors.TRANSFORMER_GRAPH(onnx, why);
    const pasts = session.inputMetadata.flatMap((port): Past[] => {
      if (!port.name.startsWith('past_key_values.')) return [];
      const output = port.name.replace('past_key_values', 'present');
      if (!session.outputNames.includes(output)) throw fault(`it takes "${port.name}" and gives no "${output}"`);
      if (!port.isTensor || port.shape.length !== 4 || typeof port.shape[1] !== 'number' || typeof port.shape[3] !== 'number')
        throw fault(`"${port.name}" has no fixed number of heads, or width`);
      if (port.type !== 'float32' && port.type !== 'float16') throw fault(`"${port.name}" is of type ${port.type}`);
      return [{ input: port.name, output, dtype: port.type, heads: port.shape[1], width: port.shape[3] }];
    });
    const strange = session.inputNames.find((name) => !KNOWN.includes(name) && !name.startsWith('past_key_values.'));
    if (strange) throw fault(`it takes "${strange}", which no decoder does`);
    if (pasts.length === 0 || !session.inputNames.includes('input_ids') || !session.outputNames.includes('logits'))
      throw fault('it has no input_ids, past_key_values and logits');
    return new ForeignEngine(await loadRuntime(), found, session, pasts, vocabulary);
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
      for (let from = 0; from < part.fresh.length; from += CHUNK) {
        const fresh = part.fresh.subarray(from, from + CHUNK);
        const before = memory;
        const step = async () => {
          if (number + from > 0) await pause();
          return this.#step(fresh, before);
        };
        const { logits, next } = await step().finally(() => before !== known && letGo(before)); // what stands between two pieces is nobody's
        memory = next;
        const first = Math.max(0, part.fresh.length - part.positions - from);
        for (let i = first; i < fresh.length; i++, at++) {
          const line = logits.subarray(i * this.#vocabulary, (i + 1) * this.#vocabulary);
          if (out instanceof Float64Array) out[at] = price(line, part.targets![from + i - (part.fresh.length - part.positions)]!);
          else out.set(line, at * this.#vocabulary);
        }
      }
      this.#memories.set(part.next, memory);
    }
    return out;
  }

  async #step(fresh: Int32Array, memory: Memory | undefined): Promise<{ logits: Float32Array; next: Memory }> {
    const before = memory?.length ?? 0;
    const length = before + fresh.length;
    const whole = (dims: readonly number[], data: BigInt64Array): Held => hold(this.#runtime, 'int64', { dims, data });
    const feeds: Record<string, Held> = {
      input_ids: whole([1, fresh.length], BigInt64Array.from(fresh, BigInt)),
      attention_mask: whole([1, length], new BigInt64Array(length).fill(1n)),
      position_ids: whole(
        [1, fresh.length],
        BigInt64Array.from(fresh, (_, i) => BigInt(before + i)),
      ),
    };
    for (const name of Object.keys(feeds)) if (!this.#session.inputNames.includes(name)) delete feeds[name];
    this.#pasts.forEach(({ input, dtype, heads, width }, i) => {
      const data = dtype === 'float32' ? new Float32Array(0) : new Uint16Array(0);
      feeds[input] = memory?.tensors[i] ?? hold(this.#runtime, dtype, { dims: [1, heads, 0, width], data });
    });
    const made = (await this.#session.run(feeds)) as Readonly<Record<string, Held>>;
    const logits = made.logits!;
    if (logits.dims.at(-1) !== this.#vocabulary)
      throw errors.TRANSFORMER_VOCABULARY('The graph', Number(logits.dims.at(-1)), this.#vocabulary);
    const data = toFloat32({ dtype: logits.type as 'float32', data: logits.data as Float32Array });
    return { logits: data, next: { length, tensors: this.#pasts.map(({ output }) => made[output]!) } };
  }

  async rewind(memory: number, next: number, tokens: number): Promise<void> {
    const before = this.#memories.get(memory);
    if (!before || before.length <= tokens) {
      this.#memories.set(next, undefined);
      return;
    }
    const length = before.length - tokens;
    const tensors: Held[] = [];
    for (const [i, tensor] of before.tensors.entries()) {
      const { dtype, heads, width } = this.#pasts[i]!;
      const from = (await this.#fetch(tensor)).data as Float32Array;
      const data = from.slice(0, heads * length * width);
      for (let head = 0; head < heads; head++)
        data.set(from.subarray(head * before.length * width, (head * before.length + length) * width), head * length * width);
      tensors.push(hold(this.#runtime, dtype, { dims: [1, heads, length, width], data }));
    }
    this.#memories.set(next, { length, tensors });
  }

  /** A tensor in the memory of this thread. */
  async #fetch(tensor: Held): Promise<Held> {
    if (tensor.location === 'cpu') return tensor;
    const copy = this.#copies.get(tensor.type) ?? (await openModel(copyProgram(tensor.type as DType), this.#found));
    this.#copies.set(tensor.type, copy);
    return (await copy.run({ x: tensor })).y as Held;
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

const KNOWN: readonly string[] = ['input_ids', 'attention_mask', 'position_ids'];
