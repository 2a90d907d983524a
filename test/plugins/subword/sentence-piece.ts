const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const bytes = (field: number, content: Uint8Array): number[] => [...varint(8 * field + 2), ...varint(content.length), ...content];
const whole = (field: number, value: number): number[] => [...varint(8 * field), ...varint(value)];
const float = (field: number, value: number): number[] => [...varint(8 * field + 5), ...new Uint8Array(Float32Array.of(value).buffer)];

/** A SentencePiece model by hand: pieces as [text, score, kind], the type of model (1 unigram, 2 BPE), and no normalization. */
export const sentencePiece = (pieces: readonly (readonly [string, number, number])[], type = 1): Uint8Array =>
  Uint8Array.from([
    ...pieces.flatMap(([text, score, kind]) =>
      bytes(1, Uint8Array.from([...bytes(1, Buffer.from(text)), ...float(2, score), ...whole(3, kind)])),
    ),
    ...bytes(2, Uint8Array.from(whole(3, type))),
    ...bytes(3, Uint8Array.from([...whole(3, 1), ...whole(4, 0)])),
  ]);
