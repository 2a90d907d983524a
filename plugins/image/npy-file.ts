import type { Source } from '../../core/index.ts';
import { MOST_PIXELS } from './sharp.ts';
import { taking } from './taking.ts';

/** A NumPy array as it is read: its type (`<f4`), its shape, and its entries along the first axis as bytes. */
export interface Npy {
  readonly type: string;
  readonly shape: readonly number[];
  readonly entries: AsyncGenerator<Buffer, void>;
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const LONGEST_HEADER = 1 << 16;

/** Reads a .npy file as its bytes come (NumPy's format, versions 1 to 3, in C order). Throws what `fault` makes of what is wrong. */
export const readNpy = async (source: Source, fault: (what: string) => Error): Promise<Npy> => {
  const take = taking(source.bytes);
  const need = async (length: number, what: string): Promise<Buffer> => {
    const bytes = await take(length);
    if (bytes.length < length) throw fault(`it ends in ${what}`);
    return bytes;
  };
  const begin = await need(8, 'its first bytes');
  if (!begin.subarray(0, 6).equals(MAGIC)) throw fault('it does not begin as a .npy file');
  const version = begin[6]!;
  if (version < 1 || version > 3) throw fault(`it is of version ${version}`);
  const length = version === 1 ? (await need(2, 'its header')).readUInt16LE() : (await need(4, 'its header')).readUInt32LE();
  if (length > LONGEST_HEADER) throw fault(`its header has ${length} bytes`);
  const header = (await need(length, 'its header')).toString('utf8');
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d, ]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  if (type === undefined || !shape || shape.length === 0) throw fault('its header names no simple type and shape');
  if (/'fortran_order':\s*True/.test(header)) throw fault('it is in Fortran order');
  const size = (Number(/\d+$/.exec(type)?.[0] ?? 0) * shape.slice(1).reduce((a, b) => a * b, 1)) | 0;
  if (size < 1 || size > 8 * MOST_PIXELS) throw fault(`its entries are ${type} in the shape (${shape.slice(1).join(', ')})`);
  async function* entries(): AsyncGenerator<Buffer, void> {
    for (let at = 0; at < shape![0]!; at++) yield await need(size, `entry ${at} of ${shape![0]}`);
    if ((await take(1)).length > 0) throw fault(`more follows after its ${shape![0]} entries`);
  }
  return { type, shape, entries: entries() };
};

/** The first bytes of a .npy file of bytes, in version 1: padded so that the values begin at a multiple of 64. */
export const npyHeader = (shape: readonly number[]): Uint8Array => {
  const said = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const length = Math.ceil((10 + said.length + 1) / 64) * 64 - 10;
  const header = Buffer.alloc(10 + length, ' ');
  MAGIC.copy(header);
  header.writeUInt8(1, 6);
  header.writeUInt8(0, 7);
  header.writeUInt16LE(length, 8);
  header.write(said, 10, 'latin1');
  header.write('\n', header.length - 1);
  return header;
};
