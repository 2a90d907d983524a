import { errors } from '../errors.ts';

/** A tensor of keys or values that a row remembers: the input that it goes into, the output that it comes out of, and its dims, whose last but one is how many tokens it is of. */
export interface Past {
  readonly input: string;
  readonly output: string;
  readonly dtype: 'float32' | 'float16';
  readonly dims: readonly number[];
}

/** What one reading of a row feeds besides its memory, and of which ranks it may be. */
const RANKS = { ids: [2], mask: [2], places: [2], zeros: [2], columns: [1], kept: [0, 1], cached: [0, 1] } as const;

/** An input that is fed one of them, in its own type and rank. */
export interface Port {
  readonly name: string;
  readonly part: keyof typeof RANKS;
  readonly dtype: 'int64' | 'int32' | 'bool';
  readonly rank: number;
}

/** How an exported graph is to be fed. */
export interface Ports {
  readonly pasts: readonly Past[];
  readonly ports: readonly Port[];
  /** How many tokens it takes at a time, where it takes just so many. */
  readonly step: number | undefined;
}

/** What is fed under each name, as Optimum and transformers.js have them. */
const PARTS: Readonly<Record<string, Port['part']>> = {
  input_ids: 'ids',
  attention_mask: 'mask',
  position_ids: 'places',
  token_type_ids: 'zeros',
  num_logits_to_keep: 'kept',
  logits_to_keep: 'kept',
  use_cache_branch: 'cached',
  cache_position: 'columns',
};

/** An input that is a tensor, as a runtime or a file tells of it. */
interface TensorPort {
  readonly name: string;
  readonly isTensor: true;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** What goes into a graph and comes out. */
interface Described {
  readonly inputMetadata: readonly (TensorPort | { readonly name: string; readonly isTensor: false })[];
  readonly outputNames: readonly string[];
}

/** Finds out how a graph is fed. Throws TRANSFORMER_GRAPH where it is no decoder with past and present, or takes what nobody knows. */
export const portsOf = (path: string, { inputMetadata, outputNames }: Described): Ports => {
  const fault = (why: string): Error => errors.TRANSFORMER_GRAPH(path, why);
  const pasts: Past[] = [];
  const ports: Port[] = [];
  let step: number | undefined;
  for (const port of inputMetadata) {
    const { name } = port;
    const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (!port.isTensor) throw fault(`it takes "${name}", which is no tensor`);
    if (name === 'inputs_embeds' && !inputMetadata.some((each) => each.name === 'input_ids'))
      throw fault('it takes "inputs_embeds" instead of input_ids, and what makes these of ids is another graph');
    if (!part && !name.startsWith('past')) throw fault(`it takes "${name}", which no decoder does`);
    if (!part) pasts.push(pastOf(port, outputNames, fault));
    else {
      const wanted = part === 'cached' ? ['bool'] : ['int64', 'int32'];
      if (!wanted.includes(port.type)) throw fault(`"${name}" is of type ${port.type}, and ${wanted.join(' or ')} is wanted`);
      if (part === 'ids' && typeof port.shape[1] === 'number' && port.shape[1] > 0) step = port.shape[1];
      const ranks: readonly number[] = RANKS[part];
      const rank = port.shape.length || ranks[0]!; // without a shape it is as usual
      if (!ranks.includes(rank)) throw fault(`"${name}" has ${rank} dimensions, and ${ranks.join(' or ')} is wanted`);
      ports.push({ name, part, dtype: port.type as Port['dtype'], rank });
    }
  }
  if (pasts.length === 0 || !ports.some(({ part }) => part === 'ids') || !outputNames.includes('logits'))
    throw fault('it has no input_ids, past_key_values and logits');
  if ((step ?? 1) > 1) throw fault(`it takes ${step} tokens at a time, no more and no fewer`);
  return { pasts, ports, step };
};

/** What follows `past_key_values` and `past` in the names of others comes out under these. */
const PRESENTS = ['present', 'present_key_values', 'presents'];

const pastOf = (port: TensorPort, outputs: readonly string[], fault: (why: string) => Error): Past => {
  const { name, shape, type } = port;
  if (/(^|[._])encoder([._]|$)/.test(name)) throw fault(`it takes "${name}", which an encoder makes`);
  const rest = name.replace(/^past(_key_values)?/, '');
  const output = PRESENTS.map((each) => `${each}${rest}`).find((each) => outputs.includes(each));
  if (output === undefined) throw fault(`it takes "${name}" and gives no "${PRESENTS[0]}${rest}"`);
  const fixed = shape.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : undefined));
  const tokens = shape.length - 2;
  if (fixed[tokens] !== undefined) throw fault(`"${name}" is of ${fixed[tokens]} tokens, and not of as many as were read`);
  const stacked = shape.length === 5 && fixed[0] === 2; // keys and values in one
  if ((shape.length !== 4 && !stacked) || fixed[tokens - 1] === undefined || fixed[tokens + 1] === undefined)
    throw fault(`"${name}" has no fixed number of heads, or width`);
  if (type !== 'float32' && type !== 'float16') throw fault(`"${name}" is of type ${type}`);
  return { input: name, output, dtype: type, dims: [...(stacked ? [2] : []), 1, fixed[tokens - 1]!, 0, fixed[tokens + 1]!] };
};

/** The dims of a memory of so many tokens. */
export const dimsOf = ({ dims }: Past, tokens: number): readonly number[] => dims.with(-2, tokens);
