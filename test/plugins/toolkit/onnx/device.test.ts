import { describe, expect, it, vi } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';

describe('a device', () => {
  it('that is asked for and absent is an error, never the CPU', async () => {
    await expect(t.Engine.start({ device: 'cuda' })).rejects.toMatchObject({
      code: 'TOOLKIT_NO_DEVICE',
      message: expect.stringMatching(/"cuda" was asked for and is not there.*choose "cpu"/s),
    });
    await expect(t.Host.start({ device: 'cuda' })).rejects.toMatchObject({ code: 'TOOLKIT_NO_DEVICE' });
  });

  it('is found', async () => {
    await using host = await t.Host.start({ device: 'auto' });
    expect(['cpu', 'webgpu', 'cuda']).toContain(await host.device());
  });

  it('says how to install the runtime where it is missing', async () => {
    vi.doMock('onnxruntime-node', () => {
      throw new Error("Cannot find package 'onnxruntime-node'");
    });
    vi.resetModules();
    const fresh = await import('../../../../plugins/toolkit/onnx/session.ts');
    await expect(fresh.loadRuntime()).rejects.toMatchObject({
      code: 'TOOLKIT_NO_RUNTIME',
      message: expect.stringContaining('npm install onnxruntime-node'),
    });
    vi.doUnmock('onnxruntime-node');
  });

  it('says what the runtime has against a model', async () => {
    await expect(t.openSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'TOOLKIT_MODEL' });
    await using host = await t.Host.start({ device: 'cpu' });
    await expect(host.open({ ...t.programOf({ y: t.constant(1) }), model: Uint8Array.of(1, 2) })).rejects.toMatchObject({
      code: 'TOOLKIT_MODEL',
    });
  });
});
