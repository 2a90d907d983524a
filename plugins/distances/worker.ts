import { parentPort, workerData } from 'node:worker_threads';
import { type Job, measureNow } from './measures/job.ts';

parentPort?.postMessage(measureNow(workerData as Job));
