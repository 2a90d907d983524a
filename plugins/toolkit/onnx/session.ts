import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { errors } from '../errors.ts';
import type { Value } from '../graph/dtype.ts';
import type { Device, EngineOptions } from './device.ts';

type Runtime = typeof import('onnxruntime-node');

/** A tensor that the runtime holds, on the CPU or on a device. */
export type RuntimeTensor = Tensor;

/** Loads the runtime when it is first needed; throws TOOLKIT_NO_RUNTIME, which says how to install it. */
export const loadRuntime = async (): Promise<Runtime> => {
  try {
    const module = (await import('onnxruntime-node')) as Runtime & { readonly default?: Runtime };
    const runtime = module.default ?? module;
    runtime.env.logLevel = 'fatal'; // what it would print comes as an error as well
    return runtime;
  } catch (cause) {
    throw errors.TOOLKIT_NO_RUNTIME(cause instanceof Error ? cause.message : String(cause));
  }
};

const providers = {
  cpu: ['cpu'],
  webgpu: ['webgpu'],
  cuda: ['cuda'],
} as const;

/** What beside its model a session is opened with. */
export interface SessionOptions extends EngineOptions {
  readonly device?: Exclude<Device, 'auto'>;
  /** Outputs that stay on the device, to be fed again. */
  readonly resident?: readonly string[];
  /** How far the runtime rewrites the graph: training graphs start faster, and run as fast, with little. */
  readonly optimise?: 'disabled' | 'basic' | 'extended' | 'all';
}

/** Opens a model in this thread, which it will block while it runs. Throws TOOLKIT_NO_DEVICE or TOOLKIT_MODEL. */
export const openSession = async (model: Uint8Array | string, options: SessionOptions = {}): Promise<InferenceSession> => {
  const { device = 'cpu', threads = availableParallelism(), resident = [], optimise = 'all', fallback = false } = options;
  const runtime = await loadRuntime();
  if (!runtime.listSupportedBackends().some(({ name }) => name === device))
    throw errors.TOOLKIT_NO_DEVICE(device, 'the installed onnxruntime-node was built without it');
  try {
    return await runtime.InferenceSession.create(model as string, {
      executionProviders: [...providers[device]],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: optimise,
      logSeverityLevel: 4,
      ...(device !== 'cpu' &&
        resident.length > 0 && { preferredOutputLocation: Object.fromEntries(resident.map((name) => [name, 'gpu-buffer' as const])) }),
      extra: {
        session: {
          force_spinning_stop: '1', // threads wait in spinning within a run; between runs they would steal the core of whoever runs next
          ...(device !== 'cpu' && !fallback && { disable_cpu_ep_fallback: '1' }),
        },
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw isAbsence(device, reason) ? errors.TOOLKIT_NO_DEVICE(device, firstLine(reason)) : errors.TOOLKIT_MODEL(firstLine(reason));
  }
};

const isAbsence = (device: string, reason: string): boolean =>
  device !== 'cpu' &&
  /adapter|provider|libonnxruntime_providers|no available backend|cuda|instance|device/i.test(reason) &&
  !/fallback/i.test(reason);

const firstLine = (text: string): string => text.split('\n')[0]!;

/** Which device `auto` means here: the first of cuda, webgpu and cpu that opens a model of one operator. */
export const findDevice = async (wanted: Device, probe: Uint8Array): Promise<Exclude<Device, 'auto'>> => {
  if (wanted === 'cpu') return wanted;
  const candidates = wanted === 'auto' ? GPUS.filter(mayBeThere) : [wanted];
  for (const device of candidates) {
    try {
      const session = await openSession(probe, { device, threads: 1 });
      await session.release();
      return device;
    } catch (error) {
      if (wanted !== 'auto') throw error;
    }
  }
  return 'cpu';
};

/** The device, where it is known without asking the runtime. */
export const sureDevice = (wanted: Device): Exclude<Device, 'auto'> | undefined =>
  wanted !== 'auto' ? wanted : GPUS.some(mayBeThere) ? undefined : 'cpu';

const GPUS = ['cuda', 'webgpu'] as const;

/** Whether asking is worth it: the drivers of an absent GPU complain on stderr. */
const mayBeThere = (device: (typeof GPUS)[number]): boolean => {
  if (process.platform !== 'linux') return device === 'webgpu';
  if (device === 'webgpu') return ['/dev/dri', '/dev/nvidia0', '/dev/dxg'].some((path) => existsSync(path));
  const binaries = new URL(`../bin/napi-v6/linux/${process.arch}/`, import.meta.resolve('onnxruntime-node'));
  return existsSync(new URL('libonnxruntime_providers_cuda.so', binaries));
};

/** A value as the runtime wants it; nothing is copied. */
export const hold = (runtime: Runtime, dtype: string, { dims, data }: Value): RuntimeTensor =>
  new runtime.Tensor(dtype as 'float32', data as Float32Array, [...dims]);
