import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * A worker thread of one of our modules: `startThread('./worker', import.meta.url)`; also where the sources run uncompiled, under tsx or vitest.
 * It inherits no flags of the process, of the command line or of NODE_OPTIONS: what they load or run is the program's, and many are refused in a thread. Those of V8 hold for all threads anyway.
 */
export const startThread = (module: string, near: string, options: WorkerOptions = {}): Worker => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const plain = { execArgv: [], env, ...options };
  const compiled = !near.endsWith('.ts');
  const entry = new URL(`${module}${compiled ? '.js' : '.ts'}`, near);
  if (compiled) return new Worker(entry, plain);
  const [tsx, href] = [import.meta.resolve('tsx/esm/api'), entry.href].map((specifier) => JSON.stringify(specifier));
  return new Worker(`import(${tsx}).then(({ register }) => { register(); return import(${href}); })`, { ...plain, eval: true });
};
