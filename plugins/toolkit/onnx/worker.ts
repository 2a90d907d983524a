import { parentPort, workerData } from 'node:worker_threads';
import { StagewrightError } from '../../../core/errors.ts';
import type { EngineOptions } from './device.ts';
import { Engine } from './engine.ts';
import { free } from './free.ts';
import type { Fed, Ran } from './program.ts';

/** What can be asked of the engine in the other thread: a method with its arguments. */
export type Request = { readonly id: number; readonly method: string; readonly args: readonly unknown[] };

/** What it answers: once each, in order. */
export type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly code: string; readonly message: string });

const { options, seed } = workerData as { readonly options: EngineOptions; readonly seed: number };
const port = parentPort!;
const started = Engine.start(options, seed);
started.catch(() => undefined);
let last: Promise<void> = Promise.resolve();

const methods: Readonly<Record<string, (engine: Engine, ...args: never[]) => unknown>> = {
  device: (engine) => engine.device,
  open: (engine, program: never) => engine.open(program),
  run: async (engine, number: never, feeds: Readonly<Record<string, Fed>>, guards: never) => {
    const ran = await engine.run(number, feeds, guards);
    free(Object.values(feeds).map(({ data }) => data.buffer));
    return ran;
  },
  read: (engine, names: never) => engine.read(names),
  write: (engine, values: never) => engine.write(values),
  random: (engine, state: never) => (state === undefined ? engine.random : (engine.random = state)),
  release: (engine, number: never) => engine.release(number),
  close: (engine) => engine.close(),
};

/** What a run hands back is nobody else's, so it is sent without copying. */
const buffersOf = ({ outputs }: Ran): ArrayBuffer[] => Object.values(outputs).map(({ data }) => data.buffer as ArrayBuffer);

const answer = async ({ id, method, args }: Request): Promise<void> => {
  try {
    const value = await methods[method]!(await started, ...(args as never[]));
    port.postMessage({ id, value } satisfies Answer, method === 'run' ? buffersOf(value as Ran) : []);
  } catch (error) {
    const { code, message } = error instanceof StagewrightError ? error : { code: 'TOOLKIT_THREAD', message: String(error) };
    port.postMessage({ id, code, message } satisfies Answer);
  }
  if (method === 'close') port.close(); // nothing else keeps the thread: it ends by itself, never in mid-run
};

port.on('message', (request: Request) => {
  last = last.then(() => answer(request));
});
