import { copyProgram } from '../../toolkit/onnx/copy.ts';
import { findDevice, openSession } from '../../toolkit/onnx/session.ts';
import type { Place } from './protocol.ts';

/** A place whose device is known to be there. */
export interface Found extends Place {
  readonly device: Exclude<Place['device'], 'auto'>;
}

/** Which device is meant. Throws TOOLKIT_NO_DEVICE. */
export const find = async (place: Place): Promise<Found> => ({ ...place, device: await findDevice(place.device, copyProgram('float32')) });

/** Opens a graph to be read with; outputs named `resident` stay on the device. Throws TOOLKIT_NO_DEVICE or TOOLKIT_MODEL. */
export const openModel = (
  model: Uint8Array | string,
  { device, threads }: Found,
  resident: readonly string[] = [],
): ReturnType<typeof openSession> =>
  openSession(model, {
    device,
    resident,
    ...(threads !== undefined && { threads }),
    fallback: true, // of a GPU: what works out lengths stays on the CPU
  });
