import { readSafetensors, type Value, type Weight, writeSafetensors } from '../toolkit/index.ts';
import { errors } from './errors.ts';
import type { Weights } from './model.ts';
import type { Watched } from './watch.ts';

/** All that a training under way is. */
export interface Kept {
  /** Steps of the generator, and batches of the corpus, that are done. */
  readonly step: number;
  readonly read: number;
  readonly watched: Watched;
  /** The last generator that was worth keeping, if any. */
  readonly good: Weights | undefined;
  /** The toolkit's own state. */
  readonly training: Uint8Array;
}

const TRAINING = 'training';
const GOOD = 'good/';

/** A training as bytes, those of a .safetensors file; `owner` says whose it is. */
export const packKept = ({ step, read, watched, good, training }: Kept, owner: string): Uint8Array => {
  const tensors: Record<string, Weight> = { [TRAINING]: { dtype: 'uint8', dims: [training.length], data: training } };
  for (const [name, weight] of good ?? []) tensors[`${GOOD}${name}`] = weight as Weight;
  return writeSafetensors(tensors, { owner, progress: JSON.stringify({ step, read, watched }) });
};

/** A training from such bytes. Throws GAN_MISMATCH where it is another's, TOOLKIT_SAFETENSORS or GAN_FILE where it is none. */
export const unpackKept = (bytes: Uint8Array, owner: string): Kept => {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.owner !== owner) throw errors.GAN_MISMATCH('The checkpoint', 'settings', metadata.owner ?? 'unknown', owner);
  const training = tensors[TRAINING];
  if (!training || metadata.progress === undefined) throw errors.GAN_FILE('The checkpoint', 'it holds no training');
  const good = new Map<string, Value>();
  for (const [name, weight] of Object.entries(tensors)) if (name.startsWith(GOOD)) good.set(name.slice(GOOD.length), weight);
  const { step, read, watched } = JSON.parse(metadata.progress) as Pick<Kept, 'step' | 'read' | 'watched'>;
  const held = training.data as Uint8Array;
  return { step, read, watched, good: good.size > 0 ? good : undefined, training: held.slice() };
};
