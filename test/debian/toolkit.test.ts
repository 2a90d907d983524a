import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as t from '../../plugins/toolkit/index.ts';
import { compile } from '../../plugins/toolkit/train/compile.ts';
import { dcgan, gpt, vae } from '../bench/toolkit-models.ts';

describe('written files pass the official checker', () => {
  const small = [gpt(2, 32, 2, 16, 4, 1), vae(16, 1), dcgan(2, 1)];
  for (const { name, plans } of small) {
    for (const [plan, each] of Object.entries(plans)) {
      it(`${name}: ${plan}`, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'toolkit-checker-'));
        const path = join(folder, 'model.onnx');
        try {
          await writeFile(path, compile(each, plan).step.model as Uint8Array);
          const program =
            'import sys, onnx; onnx.checker.check_model(sys.argv[1], full_check=True); print(len(onnx.load(sys.argv[1]).graph.node))';
          expect(Number(execFileSync('/usr/bin/python3', ['-c', program, path], { encoding: 'utf8' }))).toBeGreaterThan(50);
        } finally {
          await rm(folder, { recursive: true });
        }
      });
    }
  }

  it('with weights inside, and beside', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'toolkit-checker-'));
    const weights = new Map<string, t.Value>([
      ['fc.weight', { dims: [20, 30], data: Float32Array.from({ length: 600 }, (_, at) => at) }],
      ['fc.bias', { dims: [30], data: new Float32Array(30) }],
    ]);
    const program = `import sys, onnx, onnx.numpy_helper as h
for path in sys.argv[1:]:
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path)
    print([float(h.to_array(w).sum()) for w in model.graph.initializer if w.name == 'fc.weight'], model.metadata_props[0].value)`;
    try {
      const paths = [false, true].map((external) => join(folder, `${external}.onnx`));
      for (const [at, path] of paths.entries()) {
        const outputs = { y: t.linear('fc', 20, 30)(t.input('x', ['batch', 20])) };
        await t.saveOnnx(path, outputs, weights, { external: at === 1, metadata: { license: 'MIT' } });
      }
      expect(execFileSync('/usr/bin/python3', ['-c', program, ...paths], { encoding: 'utf8' })).toBe('[179700.0] MIT\n'.repeat(2));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

describe('training on WebGPU, nothing of it on the CPU, goes as on the CPU', () => {
  for (const name of ['gpt', 'vae'] as const) {
    it(`${name}, 100 steps`, () => {
      expect(existsSync(DRIVER), 'the Debian package chromium brings the driver').toBe(true);
      const losses = (device: string): number[] => {
        const env = { ...process.env, VK_ICD_FILENAMES: DRIVER, XDG_RUNTIME_DIR: '/tmp', LD_LIBRARY_PATH: '/usr/lib/chromium' };
        const program = new URL('./toolkit-train.ts', import.meta.url).pathname;
        return JSON.parse(
          execFileSync(process.execPath, ['--import', 'tsx', program, name, device], { env, encoding: 'utf8' }),
        ) as number[];
      };
      const [cpu, gpu] = [losses('cpu'), losses('webgpu')];
      expect(gpu).toHaveLength(100);
      expect(cpu[99]).toBeLessThan(cpu[0]!);
      gpu.forEach((loss, step) => {
        expect(Math.abs(loss - cpu[step]!), `step ${step}`).toBeLessThan(1e-4);
      });
    });
  }
});
