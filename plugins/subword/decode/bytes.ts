import { letterBytes } from '../text/byte-letters.ts';
import type { Decoder } from './pieces.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where bytes end without the beginning of a character whose rest may follow. */
const finished = (bytes: Uint8Array): number => {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return back < length ? bytes.length - back : bytes.length;
  }
  return bytes.length;
};

/** UTF-8 to text; bytes that are none become U+FFFD. With `growing`, an unfinished last character is left out. */
const decodeBytes = (bytes: Uint8Array, growing: boolean): string => decoder.decode(growing ? bytes.subarray(0, finished(bytes)) : bytes);

/** Byte letters back to bytes; a token that has other letters stands for itself. */
export const byteLevel: Decoder = ({ texts, growing }) => {
  let length = 0;
  for (const text of texts) length += text.length * 3;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const text of texts) {
    const before = at;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      const byte = unit < 0x180 ? letterBytes[unit]! : -1;
      if (byte < 0) {
        const own = Buffer.from(text);
        bytes.set(own, before);
        at = before + own.length;
        break;
      }
      bytes[at++] = byte;
    }
  }
  return { texts: [decodeBytes(bytes.subarray(0, at), growing)], growing, open: growing };
};

const named = /^<0x([0-9A-F]{2})>$/i;

/** Runs of byte tokens back to text; a run that is no UTF-8 becomes one U+FFFD a byte. */
export const byteFallback: Decoder = ({ texts, growing, open }) => {
  const out: string[] = [];
  let run: number[] = [];
  const flush = () => {
    if (run.length === 0) return;
    const text = decodeBytes(Uint8Array.from(run), false);
    out.push(Buffer.from(text).equals(Uint8Array.from(run)) ? text : '\ufffd'.repeat(run.length));
    run = [];
  };
  for (const text of texts) {
    const byte = text.length === 6 ? named.exec(text) : null;
    if (byte) run.push(Number.parseInt(byte[1]!, 16));
    else {
      flush();
      out.push(text);
    }
  }
  if (!growing) flush();
  return { texts: out, growing, open };
};
