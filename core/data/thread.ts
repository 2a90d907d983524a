import { Worker, type WorkerOptions } from 'node:worker_threads';

/** A worker thread of one of our modules: `startThread('./worker', import.meta.url)`; also where the sources run uncompiled, under tsx or vitest. */
export const startThread = (module: string, near: string, options: WorkerOptions = {}): Worker => {
  const compiled = !near.endsWith('.ts');
  const entry = new URL(`${module}${compiled ? '.js' : '.ts'}`, near);
  if (compiled) return new Worker(entry, options);
  const [tsx, href] = [import.meta.resolve('tsx/esm/api'), entry.href].map((specifier) => JSON.stringify(specifier));
  return new Worker(`import(${tsx}).then(({ register }) => { register(); return import(${href}); })`, { ...options, eval: true });
};
