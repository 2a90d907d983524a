import { MessageChannel } from 'node:worker_threads';

const { port1: nowhere } = new MessageChannel();
nowhere.close();

/**
 * Gives the memory of arrays back at once, where the collector would take its time: what is transferred to a closed port is gone.
 * A step of training makes every variable anew, so memory that is given back is memory that the next step finds warm.
 */
export const free = (buffers: readonly ArrayBufferLike[]): void => nowhere.postMessage(null, buffers as ArrayBuffer[]);

/** The largest block that glibc may be taught to keep, less its own margin; larger ones are mapped afresh each time. */
const KEPT = 31 * 2 ** 20;

/** Teaches glibc, which learns from the largest mapping that it saw freed, to keep blocks of up to 32 MB instead of mapping each afresh, page by page. */
export const keepFreed = (): void => free([new ArrayBuffer(KEPT)]);
