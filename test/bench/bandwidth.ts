import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Sums doubles from end to end, eight at a time, so that memory alone sets the pace. */
const READER = `
const { parentPort, workerData } = require('node:worker_threads');
const data = new Float64Array(workerData / 8).fill(1);
const read = () => {
  let a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
  for (let i = 0; i < data.length; i += 8) {
    a += data[i]; b += data[i + 1]; c += data[i + 2]; d += data[i + 3];
    e += data[i + 4]; f += data[i + 5]; g += data[i + 6]; h += data[i + 7];
  }
  return a + b + c + d + e + f + g + h;
};
for (let warm = 0; warm < 3; warm++) read();
parentPort.on('message', (rounds) => {
  if (rounds === 0) return parentPort.close();
  let sum = 0;
  for (let round = 0; round < rounds; round++) sum += read();
  parentPort.postMessage(sum);
});
parentPort.postMessage('ready');`;

const ROUNDS = 8;

/** GB a second that threads together read of memory, each from its own part of so many bytes: the best of several tries. */
export const bandwidth = async (bytes = 2 ** 29, threads = availableParallelism()): Promise<number> => {
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
