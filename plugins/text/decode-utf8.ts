import { isAscii, isUtf8 } from 'node:buffer';
import type { Source } from '../../core/index.ts';
import { errors } from './errors.ts';

/** How many bytes are decoded in one go. */
const PIECE = 1 << 18;

/** How far into a file a zero byte says that it is no text. */
const EARLY = 8192;

/** A file's text in pieces of whole characters: its byte order mark dropped, its line ends CRLF made LF. Throws at the first byte that is no UTF-8. */
export async function* decodeUtf8({ name, bytes }: Source): AsyncGenerator<string, void> {
  const whole = wholeCharacters(name);
  const ends = lineEnds();
  let begun = false;
  const text = (piece: Uint8Array, last: boolean): string => {
    let decoded = whole(piece, last);
    if (!begun && decoded !== '') {
      begun = true;
      if (decoded.charCodeAt(0) === 0xfeff) decoded = decoded.slice(1);
    }
    return ends(decoded, last);
  };
  for await (const chunk of bytes)
    for (let at = 0; at < chunk.length; at += PIECE) {
      const piece = text(chunk.subarray(at, at + PIECE), false);
      if (piece !== '') yield piece;
    }
  const rest = text(new Uint8Array(0), true);
  if (rest !== '') yield rest;
}

/** Decodes what is whole and keeps the beginning of a character back. */
const wholeCharacters = (name: string) => {
  let kept = Buffer.alloc(0);
  let offset = 0; // of the first byte kept
  return (piece: Uint8Array, last: boolean): string => {
    const all = kept.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([kept, piece]);
    if (offset < EARLY) {
      const zero = all.subarray(0, EARLY - offset).indexOf(0);
      if (zero >= 0) throw errors.TEXT_BINARY(name, offset + zero);
    }
    const end = last ? all.length : all.length - unfinished(all);
    const whole = all.subarray(0, end);
    if (isAscii(whole)) {
      kept = Buffer.from(all.subarray(end));
      offset += end;
      return whole.toString('latin1');
    }
    if (!isUtf8(whole)) {
      const bad = firstBad(whole);
      throw errors.TEXT_NOT_UTF8(name, offset + bad, whole[bad]!);
    }
    kept = Buffer.from(all.subarray(end));
    offset += end;
    return whole.toString('utf8');
  };
};

/** How many bytes at the end begin a character that goes on in the next piece. */
const unfinished = (bytes: Uint8Array): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
};

const lengthOf = (first: number): number => (first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);

/** Where the first byte stands that begins no character (RFC 3629: shortest forms, no surrogates, up to U+10FFFF). */
const firstBad = (bytes: Uint8Array): number => {
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at]!;
    const length = lengthOf(first);
    const second = bytes[at + 1] ?? 0;
    const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    const begins = first < 0x80 || (first >= 0xc2 && first <= 0xf4 && second >= low && second <= high);
    if (!begins) return at;
    for (let next = at + 2; next < at + length; next++) if ((bytes[next] ?? 0) >> 6 !== 2) return at;
    at += length;
  }
  return bytes.length;
};

/** CRLF to LF, also where a piece ends between the two. */
const lineEnds = () => {
  let held = '';
  return (text: string, last: boolean): string => {
    const joined = held + text;
    held = !last && joined.endsWith('\r') ? '\r' : '';
    const ready = held === '' ? joined : joined.slice(0, -1);
    return ready.includes('\r\n') ? ready.replaceAll('\r\n', '\n') : ready;
  };
};
