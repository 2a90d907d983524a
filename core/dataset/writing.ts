import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline as pump } from 'node:stream/promises';
import { errors, StagewrightError } from '../errors.ts';
import type { ChosenStage, StageContainer } from '../plugin/container.ts';
import { declared, type Registry } from '../plugin/load.ts';
import { validate } from '../settings/validate.ts';
import type { Terminal, Writer } from '../stages/read.ts';

/** Who may write: what the samples' raw matter is, and the writer that the pipeline names, whose settings count. */
export interface Writing {
  readonly spelled: string | undefined;
  readonly told: ChosenStage | undefined;
  readonly registry: Registry;
  readonly container: StageContainer;
}

/** Every writer of the samples' raw matter, the one that the pipeline names first. */
async function* writers({ spelled, told, registry, container }: Writing): AsyncGenerator<Writer> {
  if (told) yield container.make('write', told);
  for (const offer of registry.offers('write')) {
    if (offer.name === told?.name) continue;
    const settings = {};
    const schema = offer.plugin.options?.[offer.name];
    if (schema) validate(schema, settings); // fills in the defaults
    const chosen: ChosenStage = { ...offer, settings };
    const writes = declared(chosen, settings).raw;
    if (!writes || !spelled || writes === spelled) yield container.make('write', chosen);
  }
}

/** The writer whose ending a path has, the longest first. */
export const writerFor = async (path: string, writing: Writing): Promise<Writer> => {
  const known: { ending: string; writer: Writer }[] = [];
  for await (const writer of writers(writing)) for (const ending of writer.extensions) known.push({ ending, writer });
  const fits = known.filter(({ ending }) => path.toLowerCase().endsWith(ending)).sort((a, b) => b.ending.length - a.ending.length);
  const extension = /\.[^./]*$|\/$/.exec(path)?.[0] ?? '';
  if (!fits[0])
    throw errors.NO_WRITER(
      path,
      extension,
      known.map(({ ending }) => ending),
    );
  return fits[0].writer;
};

/** A writer that can also show a terminal what it writes; undefined where none does, as of text. */
export const showerOf = async (writing: Writing): Promise<(Writer & Required<Pick<Writer, 'preview'>>) | undefined> => {
  for await (const writer of writers(writing)) if (writer.preview) return writer as never;
  return undefined;
};

/** Writes raw items to a file, or to a new folder; it is there whole or not at all. */
export const writeItems = async (items: AsyncIterable<unknown>, path: string, writer: Writer): Promise<void> => {
  const target = resolve(path);
  const aside = `${target}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    if (writer.files) {
      await rmdir(target).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw errors.FOLDER_TAKEN(path).because(cause);
      });
      await mkdir(aside, { recursive: true });
      for await (const { name, bytes } of writer.files(items)) await writeFile(join(aside, basename(name)), bytes);
    } else await pump(Readable.from(writer.write!(items)), createWriteStream(aside));
    await rename(aside, target);
  } catch (cause) {
    await rm(aside, { recursive: true, force: true });
    throw cause instanceof StagewrightError || (cause as Error).name === 'AbortError'
      ? cause
      : errors.CANNOT_WRITE(path, cause).because(cause);
  }
};

/** So many are kept for a preview. */
const SHOWN = 64;

/** Writes raw items to a file, and answers the first of them as a terminal shows them. */
export const showItems = async (
  items: AsyncIterable<unknown>,
  path: string,
  writer: Writer & Required<Pick<Writer, 'preview'>>,
  terminal: Terminal,
): Promise<string> => {
  const shown: unknown[] = [];
  const passing = async function* () {
    for await (const raw of items) {
      if (shown.length < SHOWN) shown.push(raw);
      yield raw;
    }
  };
  await writeItems(passing(), path, writer);
  return writer.preview(shown, terminal);
};
