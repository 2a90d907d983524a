import { type Heading, unwrap, wrap } from '../../core/index.ts';
import { readSafetensors, safetensorsParts, type Value, type Weight } from '../toolkit/index.ts';
import { errors } from './errors.ts';
import type { Weights } from './model.ts';
import type { Watched } from './watch.ts';

/** All that a training under way is. */
export interface GanCheckpoint {
  /** Steps of the generator, and batches of the corpus, that are done. */
  readonly step: number;
  readonly read: number;
  readonly watched: Watched;
  /** The last generator that was worth keeping, if any. */
  readonly good: Weights | undefined;
  /** The toolkit's own state. */
  readonly training: Uint8Array;
}

/** What a checkpoint says: how far it is, and how many bytes of its body are the toolkit's state; behind them lies the generator that was worth keeping. */
interface Said extends Heading, Pick<GanCheckpoint, 'step' | 'read' | 'watched'> {
  readonly training: number;
}

/** What must agree for a training to go on. */
type Owner = Heading['identity'];

const headingOf = (owner: Owner): Heading => ({ kind: 'GAN training', identity: owner });

/** A training as bytes; `owner` says whose it is. */
export const packKept = ({ step, read, watched, good, training }: GanCheckpoint, owner: Owner): Uint8Array => {
  const said: Said = { ...headingOf(owner), step, read, watched, training: training.length };
  return wrap(said, [training, ...(good ? safetensorsParts(Object.fromEntries(good) as Record<string, Weight>) : [])]);
};

/** A training from such bytes. Throws GAN_MISMATCH where it is another's, TOOLKIT_SAFETENSORS or GAN_FILE where it is none. */
export const unpackKept = (bytes: Uint8Array, owner: Owner): GanCheckpoint => {
  const { heading, body } = unwrap<Said>(bytes, headingOf(owner), {
    fault: (what) => errors.GAN_FILE('The checkpoint', what),
    mismatch: (what, found, wanted) => errors.GAN_MISMATCH('The checkpoint', what, found, wanted),
  });
  const { step, read, watched, training } = heading;
  if (![step, read, training].every((count) => Number.isInteger(count) && count >= 0) || training > body.length)
    throw errors.GAN_FILE('The checkpoint', 'it does not say how far it is');
  const kept = body.subarray(training);
  const good = kept.length > 0 ? new Map<string, Value>(Object.entries(readSafetensors(kept).tensors)) : undefined;
  return { step, read, watched, good, training: body.slice(0, training) };
};
