import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Seeks a byte that is nowhere, which the C library does as fast as memory gives. */
const READER = `
const { parentPort, workerData } = require('node:worker_threads');
const data = Buffer.alloc(workerData, 2);
const read = () => data.indexOf(1);
for (let warm = 0; warm < 3; warm++) read();
parentPort.on('message', (rounds) => {
  if (rounds === 0) return parentPort.close();
  let found = 0;
  for (let round = 0; round < rounds; round++) found += read();
  parentPort.postMessage(found);
});
parentPort.postMessage('ready');`;

const ROUNDS = 4;

/** GB a second that threads together read of memory, each from its own part of so many bytes: the best of several tries. */
export const bandwidth = async (bytes = 2 ** 30, threads = availableParallelism()): Promise<number> => {
  const part = Math.floor(bytes / threads / 64) * 64;
  const workers = Array.from({ length: threads }, () => new Worker(READER, { eval: true, workerData: part }));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  let best = 0;
  for (let tries = 0; tries < 5; tries++) {
    const began = performance.now();
    await Promise.all(
      workers.map((worker) => {
        const answered = once(worker, 'message');
        worker.postMessage(ROUNDS);
        return answered;
      }),
    );
    best = Math.max(best, (part * threads * ROUNDS) / (performance.now() - began) / 1e6);
  }
  for (const worker of workers) worker.postMessage(0);
  return best;
};
