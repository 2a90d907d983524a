import type { Source } from '../../../core/index.ts';

/** A file in memory, served in pieces of so many bytes. */
export const source = (content: string | Uint8Array, { name = 'file.txt', piece = 7 }: { name?: string; piece?: number } = {}): Source => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    name,
    bytes: (async function* () {
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
    })(),
  };
};

export const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

export async function* texts(...items: readonly string[]): AsyncGenerator<string> {
  yield* items;
}
