import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { utf8Of } from '../data/utf8.ts';
import { errors, StagewrightError } from '../errors.ts';
import { Key } from '../plugin/key.ts';
import type { Artifact } from '../stages/train.ts';

const FORMAT = 1;

/** What decides a model, part by part; the model stands as long as none of them changes. */
export type FingerprintParts = Readonly<Record<string, unknown>>;

/** What a model folder says of itself, in pipeline.json. */
export interface Manifest {
  readonly format: number;
  readonly fingerprint: string;
  readonly parts: FingerprintParts;
  /** The pipeline it was trained by, short forms written out. */
  readonly definition: unknown;
}

/** Whether a model was trained here; of one that was adopted nothing is known. */
export const isOurs = ({ parts }: Pick<Manifest, 'parts'>): boolean => Object.keys(parts).length > 0;

/** A model that stands in a folder. */
export interface StoredModel {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Writes a file, a text or parts one after another, aside and renames it, so that the name holds the old bytes or the new, never half of them. */
export const writeWhole = async (path: string, bytes: string | readonly Uint8Array[]): Promise<void> => {
  const aside = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(aside, 'w');
    try {
      for (const part of typeof bytes === 'string' ? [bytes] : bytes) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { force: true });
    throw errors.CANNOT_WRITE(path, cause).because(cause);
  }
};

/** Makes a folder and those above it. */
export const makeFolder = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true }).catch((cause) => {
    throw errors.CANNOT_WRITE(path, cause).because(cause);
  });
};

/** Where the models of one pipeline are kept. */
export interface ModelStorage {
  /** The newest model, if any. */
  current(): Promise<StoredModel | undefined>;
  /** The model of a fingerprint, if it stands. */
  find(fingerprint: string): Promise<StoredModel | undefined>;
  /** The folder where an unfinished training keeps what it needs to go on. */
  workbench(fingerprint: string): string;
  /** Saves artifacts as the newest model, whole or not at all. */
  keep(manifest: Omit<Manifest, 'format'>, artifacts: readonly Artifact[], log: string): Promise<StoredModel>;
  /** Makes a model that stands the newest. */
  choose(model: StoredModel): Promise<void>;
}

/** Opens the store of a folder; bound to another, models are kept elsewhere. */
export const MODEL_STORE = new Key<(folder: string) => ModelStorage>(Symbol.for('stagewright.model-store'));

/** The models of one pipeline: a folder for each fingerprint, and current.json, which names the newest. */
export class ModelStore implements ModelStorage {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The newest model, if any. */
  async current(): Promise<StoredModel | undefined> {
    const bytes = await readFile(join(this.folder, 'current.json')).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const fingerprint = (jsonOf(this.folder, 'current.json', bytes) as { fingerprint?: unknown } | null)?.fingerprint;
    if (typeof fingerprint !== 'string') throw errors.MODEL_BROKEN(this.folder, 'current.json names no model.');
    return this.find(fingerprint);
  }

  /** The model of a fingerprint, if it stands; one that was being replaced when its process died is put back. */
  async find(fingerprint: string): Promise<StoredModel | undefined> {
    const folder = join(this.folder, basename(fingerprint));
    if (!(await stat(folder).catch(() => undefined))) await rename(`${folder}.old`, folder).catch(() => undefined);
    return (await stat(join(folder, 'pipeline.json')).catch(() => undefined)) && readModel(folder);
  }

  /** Where an unfinished training keeps what it needs to go on. */
  workbench(fingerprint: string): string {
    return join(this.folder, `${fingerprint}.training`);
  }

  /** Saves artifacts as the newest model: into a folder aside, renamed when it is whole. */
  async keep(manifest: Omit<Manifest, 'format'>, artifacts: readonly Artifact[], log: string): Promise<StoredModel> {
    const folder = join(this.folder, manifest.fingerprint);
    const aside = `${folder}.${randomUUID().slice(0, 8)}.part`;
    try {
      await mkdir(aside, { recursive: true });
      for (const artifact of artifacts) await artifact.save(aside);
      if (log) await writeFile(join(aside, 'training.jsonl'), log);
      const whole: Manifest = { format: FORMAT, ...manifest };
      await writeFile(join(aside, 'pipeline.json'), `${JSON.stringify(whole, undefined, 2)}\n`);
      await rm(`${folder}.old`, { recursive: true, force: true });
      await rename(folder, `${folder}.old`).catch(() => undefined); // there was none
      await rename(aside, folder);
      await rm(`${folder}.old`, { recursive: true, force: true });
      await writeWhole(join(this.folder, 'current.json'), `${JSON.stringify({ fingerprint: manifest.fingerprint })}\n`);
      await rm(this.workbench(manifest.fingerprint), { recursive: true, force: true });
      return { folder, manifest: whole };
    } catch (cause) {
      await rm(aside, { recursive: true, force: true });
      throw cause instanceof StagewrightError ? cause : errors.CANNOT_WRITE(folder, cause).because(cause);
    }
  }

  /** Makes a model that stands the newest. */
  async choose({ manifest }: StoredModel): Promise<void> {
    await writeWhole(join(this.folder, 'current.json'), `${JSON.stringify({ fingerprint: manifest.fingerprint })}\n`);
  }
}

/** The model in a folder, or the newest of a store of models. */
export const findModel = async (reference: string): Promise<StoredModel> => {
  const found = (await stat(join(reference, 'pipeline.json')).catch(() => undefined))
    ? await readModel(reference)
    : await new ModelStore(reference).current();
  if (!found) throw errors.MODEL_MISSING(reference);
  return found;
};

const jsonOf = (folder: string, name: string, bytes: Uint8Array): unknown => {
  const read = utf8Of(bytes);
  if ('fault' in read) throw errors.MODEL_BROKEN(folder, `${name} ${read.fault}`);
  try {
    return JSON.parse(read.text);
  } catch (cause) {
    throw errors.MODEL_BROKEN(folder, `${name} is no JSON.`).because(cause);
  }
};

const readModel = async (folder: string): Promise<StoredModel> => {
  try {
    const manifest = jsonOf(folder, 'pipeline.json', await readFile(join(folder, 'pipeline.json'))) as Manifest;
    if (manifest.format !== FORMAT) throw errors.MODEL_FORMAT(folder, manifest.format, FORMAT);
    return { folder, manifest };
  } catch (cause) {
    if (cause instanceof StagewrightError) throw cause;
    throw errors.MODEL_BROKEN(folder, cause).because(cause);
  }
};

/** Hands a model folder's files to those who wrote them. */
export const loadArtifacts = async (folder: string, artifacts: readonly Artifact[]): Promise<void> => {
  for (const artifact of artifacts) {
    try {
      await artifact.load(folder);
    } catch (cause) {
      if (cause instanceof StagewrightError) throw cause;
      throw errors.MODEL_BROKEN(folder, cause).because(cause);
    }
  }
};

/** What changed between two models, a phrase each: `backends.with.order: 5 → 4`. */
export const changes = (before: FingerprintParts, now: FingerprintParts): string[] => {
  const flat = (value: unknown, path: string, into: Map<string, string>): Map<string, string> => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) flat(inner, path ? `${path}.${key}` : key, into);
    else into.set(path, JSON.stringify(value) ?? 'nothing');
    return into;
  };
  const [old, fresh] = [flat(before, '', new Map<string, string>()), flat(now, '', new Map<string, string>())];
  const changed = [...new Set([...old.keys(), ...fresh.keys()])].filter((key) => old.get(key) !== fresh.get(key));
  return changed.map((key) => (key === 'data' ? 'the data changed' : `${key}: ${old.get(key) ?? 'unset'} → ${fresh.get(key) ?? 'unset'}`));
};
