import { Worker, type WorkerOptions } from 'node:worker_threads';

/** A worker thread of one of our modules, also where the sources run uncompiled (`.ts`, under tsx or vitest). */
export const startThread = (module: URL, options: WorkerOptions = {}): Worker => {
  if (!module.pathname.endsWith('.ts')) return new Worker(module, options);
  const [tsx, entry] = [import.meta.resolve('tsx/esm/api'), module.href].map((specifier) => JSON.stringify(specifier));
  return new Worker(`import(${tsx}).then(({ register }) => { register(); return import(${entry}); })`, { ...options, eval: true });
};
