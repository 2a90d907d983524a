import { errors } from '../errors.ts';
import type { Part } from './protocol.ts';

/** Throws TRANSFORMER_MEMORY where a row goes on from what is not kept, TRANSFORMER_IDS where it reads an id that there is not. */
export const checkPart = ({ memory, fresh }: Part, vocabulary: number, memories: ReadonlyMap<number, unknown>): void => {
  if (memory !== 0 && !memories.has(memory)) throw errors.TRANSFORMER_MEMORY();
  for (const id of fresh) if (!(id >= 0 && id < vocabulary)) throw errors.TRANSFORMER_IDS(id, vocabulary);
};
