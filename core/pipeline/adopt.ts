import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPlugins } from '../plugin/load.ts';
import { FORMAT, type Standing } from './models.ts';

/** The model that a folder of somebody else's is to a plugin that knows such; undefined where the folder is ours, or nobody's. */
export const adopt = async (folder: string, named: readonly string[]): Promise<Standing | undefined> => {
  for (const name of ['pipeline.json', 'current.json']) if (await stat(join(folder, name)).catch(() => undefined)) return undefined;
  for (const plugin of (await loadPlugins({ named, base: folder })).plugins) {
    const definition = await plugin.adopt?.(folder);
    if (definition) return { folder, manifest: { format: FORMAT, fingerprint: '', parts: {}, definition } };
  }
  return undefined;
};
