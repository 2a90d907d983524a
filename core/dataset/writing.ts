import { mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errors, isAbort, StagewrightError } from '../errors.ts';
import type { ChosenStage, StageContainer } from '../plugin/container.ts';
import { capabilitiesOf, type Registry } from '../plugin/registry.ts';
import { validate } from '../settings/validate.ts';
import type { Terminal, Writer } from '../stages/read.ts';
import { putFile } from './put-file.ts';

/** Who may write: what the samples' raw matter is, and the writer that the pipeline names, whose settings count. */
export interface Writing {
  readonly spelled: string | undefined;
  readonly told: ChosenStage | undefined;
  readonly registry: Registry;
  readonly container: StageContainer;
}

/** Every writer of the samples' raw matter, the one that the pipeline names first. */
const writers = ({ spelled, told, registry }: Writing): ChosenStage[] => {
  const others = registry
    .offers('write')
    .filter(({ name }) => name !== told?.name)
    .map((offer): ChosenStage => {
      const settings = {};
      if (offer.definition.options) validate(offer.definition.options, settings); // fills in the defaults
      return { ...offer, settings };
    })
    .filter((chosen) => {
      const writes = capabilitiesOf(chosen, chosen.settings).raw;
      return !writes || !spelled || writes === spelled;
    });
  return told ? [told, ...others] : others;
};

/** The writer whose ending a path has, the longest first. */
export const writerFor = async (path: string, writing: Writing): Promise<Writer> => {
  const known = writers(writing).flatMap((chosen) => (chosen.definition.extensions ?? []).map((ending) => ({ ending, chosen })));
  const fits = known.filter(({ ending }) => path.toLowerCase().endsWith(ending)).sort((a, b) => b.ending.length - a.ending.length);
  const extension = /\.[^./]*$|\/$/.exec(path)?.[0] ?? '';
  if (!fits[0])
    throw errors.NO_WRITER(
      path,
      extension,
      known.map(({ ending }) => ending),
    );
  return writing.container.make('write', fits[0].chosen);
};

/** A writer that can also show a terminal what it writes, and how its files end; undefined where none does, as of text. */
export const showerOf = async (
  writing: Writing,
): Promise<{ readonly writer: Writer & Required<Pick<Writer, 'preview'>>; readonly extension: string } | undefined> => {
  for (const chosen of writers(writing)) {
    const writer = await writing.container.make('write', chosen);
    if (writer.preview) return { writer: writer as never, extension: chosen.definition.extensions![0]! };
  }
  return undefined;
};

/** Writes raw items to a file, or to a new folder; it is there whole or not at all. */
export const writeItems = async (items: AsyncIterable<unknown>, path: string, writer: Writer): Promise<void> => {
  if (!writer.files) return putFile(path, writer.write!(items));
  const target = resolve(path);
  const aside = `${target}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await rmdir(target).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw errors.FOLDER_TAKEN(path).because(cause);
    });
    await mkdir(aside, { recursive: true });
    for await (const { name, bytes } of writer.files(items)) await writeFile(join(aside, basename(name)), bytes);
    await rename(aside, target);
  } catch (cause) {
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    throw cause instanceof StagewrightError || isAbort(cause) ? cause : errors.CANNOT_WRITE(path, cause).because(cause);
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
