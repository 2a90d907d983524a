import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import type { Batch, Row } from '../../../core/index.ts';
import { errors } from '../errors.ts';

/** How codes are written, by the end of a file's name. */
const forms: Readonly<Record<string, (codes: Float32Array, latent: number, rows: Batch<Row>) => Uint8Array | string>> = {
  '.npy': (codes, latent) => npy(codes, [codes.length / latent, latent]),
  '.jsonl': (codes, latent, rows) =>
    rows
      .map(({ given }, row) => {
        const code = Array.from(codes.subarray(row * latent, (row + 1) * latent));
        return `${JSON.stringify({ code, ...(given && { given: Array.from(given) }) })}\n`;
      })
      .join(''),
};

const formOf = (path: string) => {
  const form = forms[extname(path).toLowerCase()];
  if (!form) throw errors.VAE_CODES_FILE(path);
  return form;
};

/** Throws VAE_CODES_FILE where codes cannot be written under such a name. */
export const mustHoldCodes = (path: string): void => void formOf(path);

/** Writes the codes of rows [rows, latent], as a .npy array or as JSON lines; the file is there whole or not at all. */
export const writeCodes = async (path: string, codes: Float32Array, latent: number, rows: Batch<Row>): Promise<void> => {
  const bytes = formOf(path)(codes, latent, rows);
  const aside = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(aside, bytes);
    await rename(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
};

/** An array of float32 in version 1.0 of NumPy's format: its header, padded so that the numbers begin at a multiple of 64. */
const npy = (data: Float32Array, shape: readonly number[]): Uint8Array => {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const bytes = Buffer.alloc(10 + length + data.length * 4, ' ');
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(length, 8);
  bytes.write(header, 10, 'latin1');
  bytes.write('\n', 9 + length, 'latin1');
  data.forEach((value, at) => {
    bytes.writeFloatLE(value, 10 + length + at * 4);
  });
  return bytes;
};
