import { type Fault, InvalidPipeline } from '../definition/parse.ts';
import { where } from '../errors.ts';
import type { ChosenStage } from '../plugin/container.ts';
import { type OpenOptions, type Prepared, prepare, replacing } from './prepare.ts';
import type { Resolved } from './resolve.ts';

/** One effective setting, and where it came from. */
export interface Setting {
  readonly path: string;
  readonly value: unknown;
  /** `file:line:column`, `--set`, `--data`, `STAGEWRIGHT_SET`, `model folder`, `definition` or `default`. */
  readonly from: string;
}

/** What a pipeline comes to. */
export interface Explanation {
  readonly name: string;
  readonly settings: readonly Setting[];
  /** Settings that the backend which was swapped in cannot use. */
  readonly aside: readonly Fault[];
}

/** Every effective setting of a pipeline with where it came from. Throws InvalidPipeline with all its faults. */
export const explain = async (source: string | object, options: OpenOptions = {}): Promise<Explanation> => {
  const prepared = await prepare(source, options);
  const { resolved, faults } = prepared;
  if (!resolved) throw new InvalidPipeline(faults);
  const gone = new Set(resolved.aside.map(({ path }) => path.join('.')));
  const settings = leaves(effective(resolved), [])
    .filter(({ path }) => !gone.has(path.join('.')))
    .map(({ path, value }) => ({ path: path.join('.'), value, from: origin(prepared, path) }));
  return { name: resolved.definition.name, settings, aside: resolved.aside };
};

const told = ({ name, settings, timeout }: ChosenStage) => ({ use: name, with: settings, ...(timeout !== undefined && { timeout }) });

/** The definition with every stage's settings filled in; backends that were not chosen are left out. */
const effective = ({ definition, tokenize, encode, attend, decode, sample, processors, evaluate, read }: Resolved): object => {
  const { $schema: _, data, stages, backends: __, ...rest } = definition;
  const sampling = Object.entries(told(sample).with as object).filter(([key]) => !Object.hasOwn(rest.generate ?? {}, key));
  const { backend } = stages;
  const auto = (stages.evaluate ?? 'auto') === 'auto';
  const swap = !stages.decode ? decode : !stages.attend ? attend : stages.encode ? undefined : encode;
  return {
    ...rest,
    ...(data && { data: { ...data, ...(read && { read: told(read) }) } }),
    stages: {
      tokenize: told(tokenize),
      ...(backend !== undefined && { backend }),
      ...(stages.encode && { encode: told(encode) }),
      ...(stages.attend && { attend: told(attend) }),
      ...(stages.decode && { decode: told(decode) }),
      sample: {
        ...told(sample),
        with: Object.fromEntries(sampling),
        ...(processors.length > 0 && { processors: Object.fromEntries(processors.map((one, i) => [i, told(one)])) }),
      },
      evaluate: auto ? 'auto' : Object.fromEntries(evaluate.map((one, i) => [i, told(one)])),
    },
    ...(auto && { auto: Object.fromEntries(evaluate.map(({ name, settings }) => [name, { with: settings }])) }),
    ...(backend !== undefined &&
      swap && { backends: { [backend]: { ...told(swap), ...(swap.training !== undefined && { train: swap.training }) } } }),
  };
};

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Lists are one value each; an object without anything says nothing. */
const leaves = (value: unknown, path: readonly string[]): Leaf[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
    : [{ path, value }];

const origin = ({ replaced, parsed, standing, written }: Prepared, path: readonly string[]): string => {
  const from = replacing(replaced, path);
  if (from) return from.by;
  const place = parsed?.writtenAt(path);
  if (place) return where(place);
  if (!parsed && holds(written, path)) return standing ? 'model folder' : 'definition';
  return 'default';
};

const holds = (value: unknown, path: readonly string[]): boolean => {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<string, unknown>)[key];
  }
  return at !== undefined;
};
