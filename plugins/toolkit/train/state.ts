import { errors } from '../errors.ts';
import type { Program } from '../onnx/program.ts';
import { misfits } from '../weights/fit.ts';
import { readSafetensors, type Weight, writeSafetensors } from '../weights/safetensors.ts';

/** How far each plan is. */
type Counts = Readonly<Record<string, { readonly done: number; readonly gathered: number; readonly usual: number }>>;

/** All that a training is made of. */
interface State {
  readonly variables: Readonly<Record<string, Weight>>;
  readonly random: readonly number[];
  readonly counts: Counts;
}

/** A training as the bytes of a .safetensors file. */
export const packState = ({ variables, random, counts }: State): Uint8Array =>
  writeSafetensors(variables, { random: JSON.stringify(random), counts: JSON.stringify(counts) });

/** A training from such bytes. Throws TOOLKIT_STATE with all that differs from what is wanted. */
export const unpackState = (bytes: Uint8Array, wanted: Program['variables'], plans: readonly string[]): State => {
  const { tensors, metadata } = readSafetensors(bytes);
  const faults = new Set(misfits(wanted, new Map(Object.entries(tensors))));
  const known = new Set(wanted.map(({ name }) => name));
  for (const name of Object.keys(tensors)) if (!known.has(name)) faults.add(`"${name}" has no place here`);
  const random = parse(metadata.random);
  const counts = parse(metadata.counts);
  if (!Array.isArray(random) || !random.every(Number.isSafeInteger)) faults.add('the state of the random generator is missing');
  for (const plan of plans) if (!isCount((counts as Partial<Counts>)[plan])) faults.add(`the counts of "${plan}" are missing`);
  if (faults.size > 0) throw errors.TOOLKIT_STATE([...faults]);
  return { variables: tensors, random: random as readonly number[], counts: counts as Counts };
};

const isCount = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ['done', 'gathered', 'usual'].every((key) => Number.isFinite((value as Record<string, unknown>)[key]));

const parse = (text = '{}'): object => {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
};
