/** GPT-2's alphabet: each byte as a letter that can be seen; those that cannot follow from U+0100 on (Radford et al. 2019). */
export const byteLetters: readonly string[] = (() => {
  const seen = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(seen(byte) ? byte : next++));
})();

/** The way back, by code unit; -1 for what is no such letter. */
export const letterBytes: Int16Array = (() => {
  const bytes = new Int16Array(0x180).fill(-1);
  for (const [byte, letter] of byteLetters.entries()) bytes[letter.charCodeAt(0)] = byte;
  return bytes;
})();

const encoder = new TextEncoder();

/** A text's UTF-8 bytes as letters. */
export const toByteLetters = (text: string): string => {
  let out = '';
  for (const byte of encoder.encode(text)) out += byteLetters[byte]!;
  return out;
};
