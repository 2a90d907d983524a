import { copyProgram } from '../../toolkit/onnx/copy.ts';
import { findDevice, openSession } from '../../toolkit/onnx/session.ts';
import type { Place } from './protocol.ts';

/** Opens a graph to be read with, and says where it runs. Throws TOOLKIT_NO_DEVICE or TOOLKIT_MODEL. */
export const openModel = async (
  model: Uint8Array | string,
  { device: wanted, threads }: Place,
): Promise<{ readonly session: Awaited<ReturnType<typeof openSession>>; readonly device: Exclude<Place['device'], 'auto'> }> => {
  const device = await findDevice(wanted, copyProgram('float32'));
  const session = await openSession(model, {
    device,
    ...(threads !== undefined && { threads }),
    fallback: true, // of a GPU: what works out lengths stays on the CPU
  });
  return { session, device };
};
