import { crc32 } from 'node:zlib';

/** How envelopes of a form begin: four letters, and the version of what follows. */
export interface Form {
  readonly letters: string;
  readonly version: number;
}

/** What an envelope says before its body begins: what that is, and of whom, a value for each thing that must agree. */
export interface Heading {
  readonly kind: string;
  readonly identity: Readonly<Record<string, unknown>>;
}

/** How its opener words what is wrong with an envelope. */
export interface Complaints {
  readonly fault: (what: string) => Error;
  /** It is sound, and another's. */
  readonly mismatch: (what: string, found: string, wanted: string) => Error;
}

/** The form of what a training leaves to go on from. */
export const CHECKPOINT: Form = { letters: 'SGCP', version: 1 };

const PRELUDE = 16; // bytes: letters, version, checksum of what follows it, length of the heading
const CHECKSUM = 8; // where the checksum stands
const ALIGNMENT = 8;

/** The byte from which on the checksum holds. */
export const SUMMED = 12;

/** An envelope with room for a body of so many bytes, which begins at the byte `body`. */
export const makeEnvelope = (
  { letters, version }: Form,
  heading: Heading,
  size: number,
): { readonly bytes: ArrayBuffer; readonly body: number } => {
  const text = Buffer.from(JSON.stringify(heading));
  const body = PRELUDE + Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new ArrayBuffer(body + size);
  const head = Buffer.from(bytes, 0, body).fill(' ', PRELUDE);
  head.write(letters, 'latin1');
  head.writeUInt32LE(version, 4);
  head.writeUInt32LE(body - PRELUDE, SUMMED);
  text.copy(head, PRELUDE);
  return { bytes, body };
};

/** Writes the checksum, once the body is there; the last parts of it may stand elsewhere. */
export const seal = (bytes: ArrayBuffer, ...elsewhere: readonly Uint8Array[]): void => {
  const sum = [new Uint8Array(bytes, SUMMED), ...elsewhere].reduce((sum, part) => crc32(part, sum), 0);
  new DataView(bytes).setUint32(CHECKSUM, sum, true);
};

const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((size, { length }) => size + length, 0);

/** What stands before parts of a body, which may then be written one after another. */
export const headOf = (heading: Heading, parts: readonly Uint8Array[]): Uint8Array => {
  const { bytes } = makeEnvelope(CHECKPOINT, { ...heading, bytes: sizeOf(parts) } as Heading, 0);
  seal(bytes, ...parts);
  return new Uint8Array(bytes);
};

/** A checkpoint: a heading, and a body from its parts, each of which is copied once. */
export const wrap = (heading: Heading, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const size = sizeOf(parts);
  const { bytes, body } = makeEnvelope(CHECKPOINT, { ...heading, bytes: size } as Heading, size);
  const whole = new Uint8Array(bytes);
  let at = body;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  seal(bytes);
  return whole;
};

/** What a checkpoint says, and its body where it lies, at a multiple of eight bytes from its beginning. Throws as its opener complains. */
export const unwrap = <H extends Heading>(
  bytes: Uint8Array,
  wanted: Heading,
  complaints: Complaints,
): { readonly heading: H; readonly body: Uint8Array } => {
  const { heading, body } = readHeading<H & { readonly bytes?: unknown }>(bytes, CHECKPOINT, wanted, complaints);
  const size = bytes.length - body;
  if (heading.bytes !== size) throw complaints.fault(`it has ${size} bytes where its heading speaks of ${String(heading.bytes)}`);
  verify(bytes, complaints);
  return { heading, body: new Uint8Array(bytes.buffer, bytes.byteOffset + body, size) };
};

/** Reads what an envelope says from its first bytes, and holds it to what is wanted. Throws as its opener complains. */
export const readHeading = <H extends Heading>(
  first: Uint8Array,
  { letters, version }: Form,
  wanted: Heading,
  { fault, mismatch }: Complaints,
): { readonly heading: H; readonly body: number } => {
  const head = Buffer.from(first.buffer, first.byteOffset, first.length);
  if (head.length < PRELUDE || head.toString('latin1', 0, 4) !== letters) throw fault('it does not begin like one');
  const written = head.readUInt32LE(4);
  if (written !== version) throw fault(`it is of version ${written} and not ${version}`);
  const body = PRELUDE + head.readUInt32LE(SUMMED);
  if (body > head.length || body % 4 > 0) throw fault('its heading has no end');
  const heading = parse(head.toString('utf8', PRELUDE, body)) as H | undefined;
  if (heading?.kind !== wanted.kind) throw fault(`its heading does not speak of a ${wanted.kind}`);
  const theirs = Object(heading.identity) as Heading['identity'];
  for (const what of new Set([...Object.keys(wanted.identity), ...Object.keys(theirs)])) {
    const [found, asked] = [theirs[what], wanted.identity[what]].map((one) => JSON.stringify(one) ?? 'missing') as [string, string];
    if (found !== asked) throw mismatch(what, found, asked);
  }
  return { heading, body };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Throws where a byte has changed since an envelope was sealed; `sum` is that of its bytes where somebody knows it. */
export const verify = (bytes: Uint8Array, { fault }: Pick<Complaints, 'fault'>, sum = crc32(bytes.subarray(SUMMED))): void => {
  if (sum !== new DataView(bytes.buffer, bytes.byteOffset).getUint32(CHECKSUM, true)) throw fault('its checksum does not hold');
};
