import type { Source } from '../../core/index.ts';
import { MOST_PIXELS } from './sharp.ts';
import { taking } from './taking.ts';

/** An idx file of bytes: its dimensions, and its entries along the first of them, each good until the next is asked for. */
export interface Idx {
  readonly dims: readonly number[];
  readonly entries: AsyncGenerator<Uint8Array, void>;
}

/**
 * Reads an idx file as its bytes come: two zero bytes, 8 for unsigned bytes, the number of dimensions, each of them as 32 bits, then the values.
 * Throws what `fault` makes of what is wrong.
 */
export const readIdx = async (source: Source, fault: (what: string) => Error): Promise<Idx> => {
  const take = taking(source.bytes);
  const need = async (length: number, what: string): Promise<Buffer> => {
    const bytes = await take(length);
    if (bytes.length < length) throw fault(`it ends in ${what}`);
    return bytes;
  };
  const [zero, alsoZero, type, rank] = await need(4, 'its first four bytes');
  if (zero !== 0 || alsoZero !== 0) throw fault('it does not begin with two zero bytes');
  if (type !== 8) throw fault(`its values are of type 0x${type!.toString(16)}, not unsigned bytes`);
  if (rank! < 1 || rank! > 4) throw fault(`it has ${rank} dimensions`);
  const head = await need(4 * rank!, 'its dimensions');
  const dims = Array.from({ length: rank! }, (_, axis) => head.readUInt32BE(4 * axis));
  const size = dims.slice(1).reduce((a, b) => a * b, 1);
  if (size < 1 || size > MOST_PIXELS) throw fault(`its entries have ${size} values`);
  async function* entries(): AsyncGenerator<Uint8Array, void> {
    for (let at = 0; at < dims[0]!; at++) yield await need(size, `entry ${at} of ${dims[0]}`);
    if ((await take(1)).length > 0) throw fault(`more follows after its ${dims[0]} entries`);
  }
  return { dims, entries: entries() };
};
