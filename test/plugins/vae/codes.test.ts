import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CodeSums, cholesky } from '../../../plugins/vae/aggregate.ts';
import { writeCodes } from '../../../plugins/vae/latent/codes-file.ts';
import { probe } from '../../../plugins/vae/latent/probe.ts';
import { workplace } from '../../core/pipeline/workplace.ts';

const codes = Float32Array.of(1, -2.5, 0, 4);
const rows = [{ tokens: Int32Array.of(1), given: Int32Array.of(7) }, { tokens: Int32Array.of(2) }];

describe('codes on disk', () => {
  it('as a .npy array that NumPy reads', async () => {
    const folder = await workplace();
    await writeCodes(join(folder, 'deep', 'codes.npy'), codes, 2, rows);
    const bytes = await readFile(join(folder, 'deep', 'codes.npy'));
    // what numpy.save(…, numpy.array([[1, -2.5], [0, 4]], '<f4')) writes
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117);
    const wanted = [
      Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'),
      Buffer.from(`${header}\n`),
      Buffer.from('0000803f000020c00000000000008040', 'hex'),
    ];
    expect(bytes.equals(Buffer.concat(wanted))).toBe(true);
    expect(await readdir(join(folder, 'deep'))).toEqual(['codes.npy']);
  });

  it('as JSON lines with what rows are given', async () => {
    const path = join(await workplace(), 'codes.jsonl');
    await writeCodes(path, codes, 2, rows);
    expect(await readFile(path, 'utf8')).toBe('{"code":[1,-2.5],"given":[7]}\n{"code":[0,4]}\n');
  });

  it('under no other name', async () => {
    await expect(writeCodes('codes.csv', codes, 2, rows)).rejects.toMatchObject({ code: 'VAE_CODES_FILE' });
  });
});

describe('what is known of codes', () => {
  it('is their mean, their variance, the divergence unit by unit, and the factor of their covariance', () => {
    const sums = new CodeSums(2, true);
    // four corners of a parallelogram about (1, 2): covariance [[1, 1], [1, 5]]
    sums.add({ mean: Float32Array.of(2, 5, 2, 1), variance: new Float32Array(4).fill(1) });
    sums.add({ mean: Float32Array.of(0, 3, 0, -1), variance: new Float32Array(4).fill(1) });
    const { mean, variance, divergence, factor } = sums.get();
    expect(mean).toEqual([1, 2]);
    expect(variance).toEqual([1, 5]);
    expect(factor).toEqual([[1], [1, 2]]); // [[1, 0], [1, 2]] times its transpose
    expect(divergence).toEqual([1, 4.5]); // the mean of µ²/2 where σ = 1
  });

  it('has a factor also where units say the same', () => {
    expect(cholesky([[4], [2, 1]])).toEqual([[2], [1, 0]]);
  });
});

describe('the probe', () => {
  it('names classes that a line parts, and cannot name those that it does not', () => {
    const at = (count: number, from: number) => {
      const places = Array.from({ length: count }, (_, i) => [Math.sin(i * 1.3 + from), Math.cos(i * 2.1 + from)] as const);
      const classes = (name: (x: number, y: number) => boolean) => Int32Array.from(places, ([x, y]) => Number(name(x, y)));
      return { codes: Float32Array.from(places.flat()), parted: classes((x, y) => x + y > 0.1), round: classes((x, y) => x * y > 0) };
    };
    const [fit, test] = [at(400, 0), at(400, 5)];
    const accuracy = (kind: 'parted' | 'round') =>
      probe({ codes: fit.codes, classes: fit[kind] }, { codes: test.codes, classes: test[kind] }, 2);
    expect(accuracy('parted')).toBeGreaterThan(0.93);
    expect(accuracy('round')).toBeLessThan(0.7);
  });
});
