import { createRandom, type Tokens } from '../../../core/index.ts';
import type { Value } from '../../toolkit/index.ts';
import type { TransformerModel } from '../model.ts';
import { Session } from '../session/session.ts';

const LONGEST = 64; // tokens of a sample

/** A row drawn from weights that are still being learned, by a luck that is not the training's; without what it begins with. */
export const drawSample = async (
  { architecture, device, threads, beginning, stop }: TransformerModel,
  weights: ReadonlyMap<string, Value>,
  rows: readonly Tokens[],
  seed: number,
  signal: AbortSignal,
): Promise<Tokens> => {
  await using session = new Session({ architecture, precisions: { layers: 'float32', head: 'float32' }, weights, device, threads });
  const random = createRandom(seed);
  const said: number[] = [];
  let fresh = beginning.length > 0 ? beginning : rows[0]!.subarray(0, 1);
  const room = architecture.context - fresh.length;
  let memory = 0;
  while (said.length < Math.min(LONGEST, room)) {
    const next = session.number();
    const logits = (await session.read([{ fresh, memory, next, positions: 1 }], signal)) as Float32Array;
    if (memory !== 0) session.release(memory);
    memory = next;
    const id = draw(logits, random());
    if (stop.includes(id)) break;
    said.push(id);
    fresh = Int32Array.of(id);
  }
  return Int32Array.from(said);
};

const draw = (logits: Float32Array, luck: number): number => {
  const most = logits.reduce((highest, each) => Math.max(highest, each), Number.NEGATIVE_INFINITY);
  const shares = logits.map((each) => Math.exp(each - most));
  let left = luck * shares.reduce((sum, each) => sum + each, 0);
  const at = shares.findIndex((each) => (left -= each) < 0);
  return at < 0 ? logits.indexOf(most) : at;
};
