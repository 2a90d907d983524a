import { createHash } from 'node:crypto';
import type { Artifact, Detokenizer, Tokenizer, Tokens } from '../../core/index.ts';
import { errors, kindOf } from './errors.ts';
import { mergeless, saveDescribed } from './hugging-face.ts';

/** A text's UTF-8 bytes: 256 ids, and those that begin and end a row. Nothing is unknown to it, and nothing has to be learned. */
export class BytesTokenizer implements Tokenizer<string>, Artifact {
  readonly vocabulary = 258;
  readonly fingerprint = createHash('sha256').update('bytes 0-255, start 256, stop 257').digest('hex');
  readonly start = 256;
  readonly stop = 257;

  tokenize(raw: string): Tokens {
    if (typeof raw !== 'string') throw errors.TEXT_NOT_TEXT('bytes', kindOf(raw));
    return Int32Array.from(Buffer.from(raw, 'utf8'));
  }

  /** Bytes that make no character become U+FFFD. */
  detokenize(tokens: Tokens): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#bytes(tokens));
  }

  detokenizer(): Detokenizer<string> {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return {
      push: (fresh) => decoder.decode(this.#bytes(fresh), { stream: true }),
      end: () => decoder.decode(),
    };
  }

  /** Writes it as others read it; what it knows needs no file. */
  save(folder: string): Promise<void> {
    return saveDescribed(folder, {
      normalizer: null,
      preTokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      model: mergeless(null),
      entries: letters(),
      start: this.start,
      stop: this.stop,
    });
  }

  async load(): Promise<void> {}

  #bytes(tokens: Tokens): Uint8Array {
    const bytes = new Uint8Array(tokens.length);
    let length = 0;
    for (const id of tokens) {
      if (id < 0 || id >= this.vocabulary) throw errors.TEXT_UNKNOWN_ID('bytes', id, this.vocabulary);
      if (id < 256) bytes[length++] = id;
    }
    return bytes.subarray(0, length);
  }
}

/** The letters that stand for bytes in tokenizer.json: printable ones of Latin-1 for themselves, those from U+0100 on for the others. */
const letters = (): ReadonlyMap<number, string> => {
  let next = 0x100;
  const letter = (byte: number): string =>
    String.fromCharCode((byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad) ? byte : next++);
  return new Map(Array.from({ length: 256 }, (_, byte) => [byte, letter(byte)]));
};
