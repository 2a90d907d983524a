import { errors } from '../errors.ts';
import { arrayOf, DTYPES, type DType, type Value } from '../graph/dtype.ts';
import type { Attribute, Emitter } from '../graph/emitter.ts';
import { inputOf, type Noise, variableOf } from '../graph/leaves.ts';
import { type Call, describe, type Names, type Node } from '../graph/node.ts';
import { isStatic, type Shape } from '../graph/shape.ts';
import { callsOf } from '../graph/walk.ts';

/** The type of a value that goes in or comes out. */
export interface Port {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** One operator, as ONNX writes it. */
export interface OnnxNode {
  readonly operator: string;
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph in ONNX's terms, not yet bytes. */
export interface OnnxGraph {
  readonly inputs: readonly (Port & { readonly noise?: Noise })[];
  /** What lives from step to step: initialisers of a file, inputs of a training. */
  readonly variables: readonly Port[];
  readonly constants: readonly { readonly name: string; readonly dtype: DType; readonly value: Value }[];
  readonly nodes: readonly OnnxNode[];
  readonly outputs: readonly Port[];
}

/** The graph that computes `outputs`, in ONNX's terms, with operators of the runtime's own where `fused`; what is computed twice stands there once. Throws TOOLKIT_DUPLICATE where two things bear one name. */
export const emitGraph = (outputs: Readonly<Record<string, Node>>, fused = false): OnnxGraph => {
  const calls = callsOf(Object.values(outputs));
  const writer = new GraphWriter(fused);
  const values = new Map<Node, string>();
  const sources = new Map<string, Call>();
  for (const call of calls) {
    const leaf = inputOf(call.outputs[0]!)?.name ?? variableOf(call.outputs[0]!)?.name;
    if (leaf !== undefined && sources.has(leaf))
      throw errors.TOOLKIT_DUPLICATE(
        leaf,
        [sources.get(leaf)!, call].map(({ outputs: [node] }) => describe(node!)),
      );
    if (leaf !== undefined) sources.set(leaf, call);
    writer.label = call.label;
    const inputs = call.inputs.map((input) => values.get(input)!);
    const made = call.op.onnx(writer, inputs as unknown as Names, call);
    for (const node of call.outputs) values.set(node, typeof made === 'string' ? made : made[node.index]!);
    const noise = inputOf(call.outputs[0]!)?.noise;
    if (noise) writer.noise.set(leaf!, noise);
  }
  return writer.finish(
    Object.entries(outputs).map(([name, node]) => ({ name, dtype: node.dtype, shape: node.shape, from: values.get(node)! })),
  );
};

class GraphWriter implements Emitter {
  readonly fused: boolean;
  label: string | undefined;
  readonly noise = new Map<string, Noise>();
  readonly #inputs: Port[] = [];
  readonly #variables: Port[] = [];
  readonly #constants = new Map<string, { name: string; dtype: DType; value: Value }>();
  readonly #nodes = new Map<string, OnnxNode>();
  readonly #used = new Map<string, number>();

  constructor(fused: boolean) {
    this.fused = fused;
  }

  /** A name that no other value has: `fc1/Gemm`, `Add_3`. */
  #fresh(wish: string): string {
    const count = (this.#used.get(wish) ?? -1) + 1;
    this.#used.set(wish, count);
    return count === 0 ? wish : this.#fresh(`${wish}_${count}`);
  }

  input(name: string, { dtype, shape }: { dtype: DType; shape: Shape }): string {
    this.#inputs.push({ name, dtype, shape });
    return this.#fresh(name);
  }

  variable(name: string, { dtype, shape }: { dtype: DType; shape: Shape }): string {
    this.#variables.push({ name, dtype, shape });
    return this.#fresh(name);
  }

  constant(dtype: DType, value: Value): string {
    const key = value.data.length <= 64 ? `${dtype}[${value.dims.join()}]${value.data.join()}` : `${dtype}#${this.#constants.size}`;
    const known = this.#constants.get(key);
    if (known) return known.name;
    const name = this.#fresh('constant');
    this.#constants.set(key, { name, dtype, value });
    return name;
  }

  scalar(value: number, dtype: DType): string {
    return this.constant(dtype, { dims: [], data: arrayOf(dtype, [value]) });
  }

  ints(values: readonly number[]): string {
    return this.constant('int64', { dims: [values.length], data: arrayOf('int64', values) });
  }

  shape(shape: Shape): string {
    if (isStatic(shape)) return this.ints(shape);
    const unknown = shape.filter((dim) => typeof dim === 'string' && !this.#holderOf(dim));
    if (unknown.length === 1)
      return this.node(
        'Concat',
        shape.map((dim) => (dim === unknown[0] ? this.ints([-1]) : this.#length(dim))),
        { axis: 0 },
      );
    if (unknown.length > 1) throw errors.TOOLKIT_NAMED('a graph whose shape no input tells', shape);
    return this.node(
      'Concat',
      shape.map((dim) => this.#length(dim)),
      { axis: 0 },
    );
  }

  #holderOf(dim: string): Port | undefined {
    return this.#inputs.find((port) => port.shape.includes(dim));
  }

  #length(dim: number | string): string {
    if (typeof dim === 'number') return this.ints([dim]);
    const { name, shape } = this.#holderOf(dim)!;
    const axis = shape.indexOf(dim);
    return this.node('Slice', [this.node('Shape', [name]), this.ints([axis]), this.ints([axis + 1])]);
  }

  cast(value: string, dtype: DType): string {
    return this.node('Cast', [value], { to: DTYPES[dtype].code });
  }

  node(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, domain = ''): string {
    return this.nodes(operator, 1, inputs, attributes, domain)[0]!;
  }

  nodes(
    operator: string,
    outputs: number,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): string[] {
    const key = [domain, operator, outputs, JSON.stringify(attributes), ...inputs].join('|');
    const known = this.#nodes.get(key);
    if (known) return [...known.outputs];
    const name = this.#fresh(this.label === undefined ? operator : `${this.label}/${operator}`);
    const made = Array.from({ length: outputs }, (_, at) => (at === 0 ? name : `${name}:${at}`));
    this.#nodes.set(key, { operator, domain, name, inputs, outputs: made, attributes });
    return made;
  }

  /** Values take the names under which they leave; one that leaves twice, or just passes through, is copied. */
  finish(outputs: readonly (Port & { readonly from: string })[]): OnnxGraph {
    const made = new Set([...this.#nodes.values()].flatMap((node) => node.outputs));
    const renamed = new Map<string, string>();
    const copies: OnnxNode[] = [];
    for (const { name, from } of outputs) {
      if (this.#inputs.some((port) => port.name === name) || this.#variables.some((port) => port.name === name))
        throw errors.TOOLKIT_DUPLICATE(name, ['an input', 'an output']);
      if (made.has(from) && !renamed.has(from)) renamed.set(from, name);
      else
        copies.push({
          operator: 'Identity',
          domain: '',
          name: this.#fresh(`${name}/Identity`),
          inputs: [from],
          outputs: [name],
          attributes: {},
        });
    }
    const rename = (name: string): string => renamed.get(name) ?? name;
    const nodes = [...this.#nodes.values(), ...copies].map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }));
    return {
      inputs: this.#inputs.map((port) => ({ ...port, ...(this.noise.has(port.name) && { noise: this.noise.get(port.name)! }) })),
      variables: this.#variables,
      constants: [...this.#constants.values()],
      nodes,
      outputs: outputs.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    };
  }
}
