import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

describe('a transformer on WebGPU', () => {
  for (const preset of ['gpt2', 'llama'] as const) {
    it(`${preset}: 50 steps go as on the CPU, and what it then says is the same`, { timeout: 300_000 }, () => {
      expect(existsSync(DRIVER), 'the Debian package chromium brings the driver').toBe(true);
      const run = (device: string): { losses: number[]; said: number[] } => {
        const env = { ...process.env, VK_ICD_FILENAMES: DRIVER, XDG_RUNTIME_DIR: '/tmp', LD_LIBRARY_PATH: '/usr/lib/chromium' };
        const program = new URL('./transformer-device.ts', import.meta.url).pathname;
        return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', program, device, preset], { env, encoding: 'utf8' }));
      };
      const [cpu, gpu] = [run('cpu'), run('webgpu')];
      expect(cpu.losses.at(-1)).toBeLessThan(0.7 * cpu.losses[0]!);
      for (const [step, loss] of gpu.losses.entries()) expect(loss).toBeCloseTo(cpu.losses[step]!, 2);
      expect(gpu.said).toEqual(cpu.said);
    });
  }
});
