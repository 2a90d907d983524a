import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline as pump } from 'node:stream/promises';
import { errors, StagewrightError } from '../errors.ts';
import { declared, type Registry } from '../plugin/load.ts';
import { validate } from '../plugin/options.ts';
import type { Chosen, Workshop } from './container.ts';

/** Writes raw items to a file by the writer that its extension names; the file is there whole or not at all. */
export const writeItems = async (
  items: AsyncIterable<unknown>,
  path: string,
  spelled: string | undefined,
  registry: Registry,
  workshop: Workshop,
): Promise<void> => {
  const extension = extname(path).toLowerCase();
  const known: string[] = [];
  for (const offer of registry.offers('write')) {
    const settings = {};
    const schema = offer.plugin.options?.[offer.name];
    if (schema) validate(schema, settings); // fills in the defaults
    const chosen: Chosen = { ...offer, settings };
    const writes = declared(chosen, settings).raw;
    if (writes && spelled && writes !== spelled) continue;
    const writer = await workshop.make('write', chosen);
    known.push(...writer.extensions);
    if (!writer.extensions.includes(extension)) continue;
    const aside = `${path}.part`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await pump(Readable.from(writer.write(items)), createWriteStream(aside));
      await rename(aside, path);
    } catch (cause) {
      await rm(aside, { force: true });
      throw cause instanceof StagewrightError || (cause as Error).name === 'AbortError'
        ? cause
        : errors.CANNOT_WRITE(path, cause).because(cause);
    }
    return;
  }
  throw errors.NO_WRITER(path, extension, known);
};
