import { isUtf8 } from 'node:buffer';

/** The text that bytes of UTF-8 hold, without a byte order mark; or why they hold none. */
export const utf8Of = (bytes: Uint8Array): { readonly text: string } | { readonly fault: string } => {
  const [first, second] = bytes;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (marked || first === 0 || second === 0) return { fault: 'is UTF-16 and must be UTF-8; save it anew as UTF-8.' };
  if (!isUtf8(bytes)) return { fault: 'is not UTF-8; save it anew as UTF-8.' };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  return { text: text.startsWith('\ufeff') ? text.slice(1) : text };
};
