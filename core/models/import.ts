import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPlugins } from '../plugin/load.ts';
import type { StoredModel } from './store.ts';

/** The model that a folder of somebody else's is to a plugin that knows such; undefined for one of ours, and where nobody knows it. What a plugin throws of it is thrown where no other knows it. */
export const adopted = async (folder: string, named: readonly string[]): Promise<StoredModel | undefined> => {
  for (const name of ['pipeline.json', 'current.json']) if (await stat(join(folder, name)).catch(() => undefined)) return undefined;
  const faults: unknown[] = [];
  for (const plugin of (await loadPlugins({ named, base: folder })).plugins)
    try {
      const definition = await plugin.adopt?.(folder);
      if (definition) return { folder, manifest: { format: 1, fingerprint: '', parts: {}, definition } };
    } catch (error) {
      faults.push(error);
    }
  if (faults.length > 0) throw faults[0];
  return undefined;
};
