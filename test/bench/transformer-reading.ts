import { hold, loadRuntime, openSession } from '../../plugins/toolkit/onnx/session.ts';
import type { TransformerModel } from '../../plugins/transformer/model.ts';
import type { Session } from '../../plugins/transformer/session/session.ts';

const NEVER = new AbortController().signal;

/** Milliseconds until the first logits, and of each token after. */
export interface Times {
  readonly first: number;
  readonly token: number;
}

export const prompt = (length: number, row = 0, vocabulary = 20000): Int32Array =>
  Int32Array.from({ length }, (_, i) => 3 + ((i * 7919 + row * 104729) % (vocabulary - 3)));

const likeliest = (logits: Float32Array): number => {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
};

/** A prefill, and so many tokens after it, by our own stages' session. */
export const ours = async (session: Session, length: number, rows: number, tokens: number, vocabulary?: number): Promise<Times> => {
  const began = performance.now();
  let parts = Array.from({ length: rows }, (_, row) => ({
    fresh: prompt(length, row, vocabulary),
    memory: 0,
    next: session.number(),
    positions: 1,
  }));
  let logits = (await session.read(parts, NEVER)) as Float32Array;
  const first = performance.now() - began;
  const times: number[] = [];
  for (let count = 0; count < tokens; count++) {
    const then = performance.now();
    const width = logits.length / rows;
    const chosen = parts.map((_, row) => likeliest(logits.subarray(row * width, (row + 1) * width)));
    const before = parts;
    parts = parts.map(({ next }, row) => ({ fresh: Int32Array.of(chosen[row]!), memory: next, next: session.number(), positions: 1 }));
    logits = (await session.read(parts, NEVER)) as Float32Array;
    for (const { next } of before) session.release(next);
    times.push(performance.now() - then);
  }
  for (const { next } of parts) session.release(next);
  return { first, token: times.reduce((sum, each) => sum + each, 0) / Math.max(1, tokens) };
};

/** Milliseconds a token of the graph that we export for others, run as it is: past keys and values of `length` tokens go in, present ones come out and are fed again. */
export const pastPresent = async (onnx: string, { architecture }: TransformerModel, length: number, rows: number, tokens: number) => {
  const runtime = await loadRuntime();
  const session = await openSession(onnx);
  const { layers, kvHeads, headWidth } = architecture;
  const dims = [rows, kvHeads, length, headWidth];
  const noise = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => Math.sin(i));
  const names = Array.from({ length: layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();
  let past = Object.fromEntries(names.map((name) => [`past_key_values.${name}`, hold(runtime, 'float32', { dims, data: noise })]));
  let chosen = prompt(rows);
  const times: number[] = [];
  for (let at = length; at < length + tokens; at++) {
    const began = performance.now();
    const whole = (size: readonly number[], data: BigInt64Array) => hold(runtime, 'int64', { dims: size, data });
    const feeds = {
      ...past,
      input_ids: whole([rows, 1], BigInt64Array.from(chosen, BigInt)),
      attention_mask: whole([rows, at + 1], new BigInt64Array(rows * (at + 1)).fill(1n)),
      position_ids: whole([rows, 1], new BigInt64Array(rows).fill(BigInt(at))),
    };
    const made = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name as keyof typeof feeds]!])));
    const logits = made.logits!.data as Float32Array;
    const width = logits.length / rows;
    chosen = Int32Array.from(chosen, (_, row) => likeliest(logits.subarray(row * width, (row + 1) * width)));
    past = Object.fromEntries(names.map((name) => [`past_key_values.${name}`, made[`present.${name}`]!]));
    times.push(performance.now() - began);
  }
  await session.release();
  return times.reduce((sum, each) => sum + each, 0) / tokens;
};
