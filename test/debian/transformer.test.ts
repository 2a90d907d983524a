import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** What a program prints, run where the driver is found. */
const run = (program: URL, ...words: readonly string[]): unknown => {
  const env = { ...process.env, VK_ICD_FILENAMES: DRIVER, XDG_RUNTIME_DIR: '/tmp', LD_LIBRARY_PATH: '/usr/lib/chromium' };
  return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', program.pathname, ...words], { env, encoding: 'utf8' }));
};

describe('a transformer on WebGPU', () => {
  for (const preset of ['gpt2', 'llama'] as const) {
    it(`${preset}: 50 steps go as on the CPU, and what it then says is the same`, () => {
      expect(existsSync(DRIVER), 'the Debian package chromium brings the driver').toBe(true);
      type Told = { losses: number[]; said: number[] };
      const [cpu, gpu] = ['cpu', 'webgpu'].map((device) => run(new URL('./transformer-device.ts', import.meta.url), device, preset)) as [
        Told,
        Told,
      ];
      expect(cpu.losses.at(-1)).toBeLessThan(0.7 * cpu.losses[0]!);
      for (const [step, loss] of gpu.losses.entries()) expect(loss).toBeCloseTo(cpu.losses[step]!, 2);
      expect(gpu.said).toEqual(cpu.said);
    });
  }

  for (const preset of ['gpt2', 'llama']) {
    it(`${preset}: the laws hold of it and of its export, and their caches stay on the device until they are released`, {
      timeout: 300_000,
    }, () => {
      type Told = { holds: string[]; silent: string[]; resident: number[] };
      const { own, foreign } = run(new URL('./transformer-laws.ts', import.meta.url), preset) as { own: Told; foreign: Told };
      for (const { holds, silent } of [own, foreign]) {
        expect(holds).toEqual(
          expect.arrayContaining(['attend/joining-a-batch', 'attend/memory-is-a-value', 'attend/in-pieces', 'generate/chaos']),
        );
        expect(holds.length).toBeGreaterThan(2 * silent.length);
      }
      expect(own.resident).toEqual([1, 1, 2, 0]);
      expect(foreign.resident).toEqual([1, 2, 3, 0]);
    });
  }
});
