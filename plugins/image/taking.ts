/** The next so many bytes of a stream, fewer at its end. */
export const taking = (bytes: AsyncIterable<Uint8Array>): ((length: number) => Promise<Buffer>) => {
  const stream = bytes[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array(0);
  return async (length) => {
    const parts: Uint8Array[] = [];
    let missing = length;
    for (;;) {
      const part = held.subarray(0, missing);
      parts.push(part);
      held = held.subarray(part.length);
      missing -= part.length;
      if (missing === 0) break;
      const { done, value } = await stream.next();
      if (done) break;
      held = value;
    }
    return parts.length === 1 ? Buffer.from(parts[0]!) : Buffer.concat(parts);
  };
};
