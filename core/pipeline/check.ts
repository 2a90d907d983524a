import { stat } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { errors, StagewrightError } from '../errors.ts';
import { findFiles } from './files.ts';
import { findModel } from './models.ts';
import { type Fault, InvalidPipeline } from './parse.ts';
import { differences } from './parts.ts';
import { type OpenOptions, type Prepared, prepare } from './prepare.ts';

/** All faults of a pipeline, without opening it: the files that it names are looked for, and its stages held against each other and against the models that it names. */
export const check = async (source: string | object, options: OpenOptions = {}): Promise<readonly Fault[]> => {
  try {
    const prepared = await prepare(source, options);
    const faults = [...prepared.faults, ...(await missingFiles(prepared)), ...(await misfits(prepared))];
    return faults.length > 0 ? new InvalidPipeline(faults).faults : [];
  } catch (error) {
    if (error instanceof InvalidPipeline) return error.faults;
    throw error;
  }
};

const faultAt = ({ placeOf }: Prepared, path: readonly (string | number)[], error: unknown): Fault => {
  if (!(error instanceof StagewrightError)) throw error;
  const place = placeOf({ path });
  return { ...(place && { place }), path, message: error.message };
};

/** Each path or glob that names no file. A model's folder needs its data no more. */
const missingFiles = async (prepared: Prepared): Promise<Fault[]> => {
  const { written, base, self, standing } = prepared;
  const faults: Fault[] = [];
  const data = (written as { data?: { train?: unknown; valid?: unknown } } | null)?.data;
  if (standing) return faults;
  for (const key of ['train', 'valid'] as const) {
    const patterns = data?.[key];
    if (!Array.isArray(patterns)) continue;
    for (const [i, pattern] of patterns.entries())
      if (typeof pattern === 'string' && pattern !== '')
        await findFiles([pattern], base, self).catch((error) => faults.push(faultAt(prepared, ['data', key, i], error)));
  }
  return faults;
};

/** What contradicts the model that was opened, and the models that settings refer to: those must exist, and read the same tokens. */
const misfits = async (prepared: Prepared): Promise<Fault[]> => {
  const { resolved, standing } = prepared;
  if (!resolved) return [];
  const faults: Fault[] = [];
  const changed = standing ? differences(standing, resolved) : [];
  if (standing && changed.length > 0) {
    const verb = changed[0]!.startsWith('tokenize') ? 'tokenize' : 'backend';
    faults.push(faultAt(prepared, ['stages', verb], errors.MODEL_MISFIT(standing.folder, changed)));
  }
  for (const { path, reference } of references(prepared.written, [])) {
    try {
      const folder = resolvePath(reference);
      if (!(await stat(folder).catch(() => undefined))) throw errors.MODEL_MISSING(reference);
      const lent = await findModel(folder);
      const others = differences(lent, resolved, 'tokenize');
      if (others.length > 0) throw errors.MODEL_OTHER_TOKENS(reference, others);
    } catch (error) {
      faults.push(faultAt(prepared, path, error));
    }
  }
  return faults;
};

/** Every `{ "model": "models/names" }` among settings. */
const references = (value: unknown, path: readonly (string | number)[]): { path: readonly (string | number)[]; reference: string }[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { model, ...rest } = value as { model?: unknown };
  if (typeof model === 'string' && Object.keys(rest).length === 0) return [{ path: [...path, 'model'], reference: model }];
  return Object.entries(value).flatMap(([key, inner]) => references(inner, [...path, key]));
};
