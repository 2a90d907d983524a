import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import { startThread } from '../../../core/index.ts';
import { errors } from '../errors.ts';
import type { Reply, Start, Task } from './worker.ts';

/** Megabytes that a template may take. */
const MEGABYTES = 1024;
/** Seconds that a thread may take to start. */
const STARTING = 60;

/** A thread that renders templates, which its owner waits for: a template from a stranger may run for ever, and a thread can be stopped. */
interface Renderer {
  readonly thread: Worker;
  readonly port: MessagePort;
  /** Goes up by one when the thread has started, and with each answer. */
  readonly answers: Int32Array<SharedArrayBuffer>;
}

let idle: Renderer | undefined;

const start = (): Renderer => {
  const answers = new Int32Array(new SharedArrayBuffer(4));
  const { port1: port, port2 } = new MessageChannel();
  const workerData: Start = { port: port2, answers };
  const thread = startThread('./worker', import.meta.url, {
    workerData,
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES, maxYoungGenerationSizeMb: 32 },
  });
  thread.on('error', () => undefined);
  thread.on('exit', () => {
    if (idle?.thread === thread) idle = undefined;
  });
  thread.unref();
  port.unref();
  const renderer = { thread, port, answers };
  if (Atomics.wait(answers, 0, 0, STARTING * 1000) === 'timed-out') throw stop(renderer, errors.THREAD_FAILED('it did not start'));
  return renderer;
};

const stop = ({ thread, port }: Renderer, why: Error): Error => {
  port.close();
  void thread.terminate();
  return why;
};

/** A template's text, rendered in a thread that is stopped after so many seconds. Throws BAD_TEMPLATE, TEMPLATE_STOPPED. */
export const render = (template: string, variables: Readonly<Record<string, unknown>>, seconds: number): string => {
  const renderer = idle ?? start();
  idle = undefined;
  const before = Atomics.load(renderer.answers, 0);
  const task: Task = { template, variables };
  try {
    renderer.port.postMessage(task);
  } catch (error) {
    idle = renderer;
    throw errors.BAD_TEMPLATE(`its variables are no plain data: ${error instanceof Error ? error.message : String(error)}`).because(error);
  }
  const waited = Atomics.wait(renderer.answers, 0, before, seconds * 1000);
  const reply = receiveMessageOnPort(renderer.port) as { readonly message: Reply } | undefined;
  if (waited === 'timed-out' || !reply) throw stop(renderer, errors.TEMPLATE_STOPPED(seconds, MEGABYTES));
  idle = renderer;
  if ('why' in reply.message) throw errors.BAD_TEMPLATE(reply.message.why);
  return reply.message.text;
};
