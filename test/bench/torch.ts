import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CPU = '/proc/cpuinfo'; // of Linux

/** Debian's OpenBLAS takes processors younger than itself for a Prescott, at a fifth of their speed: told here what they are. */
const core = (): Record<string, string> => {
  const flags = existsSync(CPU) ? readFileSync(CPU, 'utf8') : '';
  if (/\bavx512dq\b/.test(flags)) return { OPENBLAS_CORETYPE: 'SKYLAKEX' };
  return /\bavx2\b/.test(flags) && flags.includes('GenuineIntel') ? { OPENBLAS_CORETYPE: 'HASWELL' } : {};
};

/** Milliseconds a step that a script beside this file says of PyTorch, the faster of one and two threads; NaN where that is not installed. */
export const torch = async (script: string, subject: string, steps: number): Promise<number> => {
  const times: number[] = [];
  for (const threads of ['1', '2']) {
    const words = [new URL(script, import.meta.url).pathname, subject, threads, String(steps)];
    const env = { ...core(), ...process.env, OMP_WAIT_POLICY: 'PASSIVE' };
    try {
      const { stdout } = await run('/usr/bin/python3', words, { env });
      times.push((JSON.parse(stdout) as { ms: number }).ms);
    } catch {
      return Number.NaN;
    }
  }
  return Math.min(...times);
};
