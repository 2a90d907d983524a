import { stat } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { endingOf, findFiles } from '../dataset/files.ts';
import { type Fault, InvalidPipeline } from '../definition/parse.ts';
import { errors, StagewrightError } from '../errors.ts';
import { differences } from '../models/fingerprint.ts';
import { adopted } from '../models/import.ts';
import { findModel } from '../models/store.ts';
import { capabilitiesOf, type Offer } from '../plugin/registry.ts';
import { validate } from '../settings/validate.ts';
import { type OpenOptions, type Prepared, prepare } from './prepare.ts';
import { survey } from './survey.ts';

/** All faults of a pipeline, without opening it: the files that it names are looked for, and its stages held against each other, against the models that it names, and against what their plugins know. */
export const check = async (source: string | object, options: OpenOptions = {}): Promise<readonly Fault[]> => {
  try {
    const prepared = await prepare(source, options);
    const { faults: missing, found } = await missingFiles(prepared);
    const faults: Fault[] = [
      ...prepared.faults,
      ...missing,
      ...unread(prepared, found),
      ...(await misfits(prepared, options.plugins ?? [])),
      ...(await survey(prepared)).map(({ path, error }) => faultAt(prepared, path, error)),
    ];
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

/** The files that a pipeline names, and each path or glob that names none. A model's folder needs its data no more. */
const missingFiles = async (prepared: Prepared): Promise<{ faults: Fault[]; found: string[] }> => {
  const { written, base, self, standing } = prepared;
  const faults: Fault[] = [];
  const found: string[] = [];
  const data = (written as { data?: { train?: unknown; valid?: unknown } } | null)?.data;
  for (const key of standing ? [] : (['train', 'valid'] as const)) {
    const patterns = data?.[key];
    if (!Array.isArray(patterns)) continue;
    for (const [i, pattern] of patterns.entries())
      if (typeof pattern === 'string' && pattern !== '')
        await findFiles([pattern], base, self).then(
          (files) => found.push(...files),
          (error) => faults.push(faultAt(prepared, ['data', key, i], error)),
        );
  }
  return { faults, found };
};

/** Files whose readers, which their extensions choose, cannot make rows as `data.rows` says, or read what the tokenizer does not spell. */
const unread = (prepared: Prepared, files: readonly string[]): Fault[] => {
  const { registry, resolved } = prepared;
  const data = resolved?.definition.data;
  if (!resolved || !data || resolved.read || files.length === 0) return [];
  const faults: Fault[] = [];
  const byEnding = new Map<string, Offer>();
  for (const offer of registry.offers('read')) {
    for (const ending of offer.definition.extensions ?? []) byEnding.set(ending, offer);
    if (offer.name === 'text') byEnding.set('', offer);
  }
  for (const ending of new Set(files.map((file) => endingOf(file, byEnding.keys())))) {
    const offer = ending === undefined ? undefined : byEnding.get(ending);
    if (!offer) continue;
    const settings = typeof data.rows === 'object' ? { ...data.rows } : { rows: data.rows };
    const schema = offer.definition.options;
    const [wrong] = schema ? validate(schema, settings) : [];
    if (wrong) faults.push(faultAt(prepared, ['data', 'rows'], errors.READER_ROWS(offer.name, `*${ending}`, wrong.message)));
    const { name, settings: spelling } = resolved.tokenize;
    const spells = capabilitiesOf(resolved.tokenize, spelling).raw;
    const reads = wrong ? undefined : capabilitiesOf(offer, settings).raw;
    if (reads && spells && reads !== spells)
      faults.push(faultAt(prepared, ['stages', 'tokenize'], errors.RAW_MISFIT(offer.name, reads, name, spells)));
  }
  return faults;
};

/** What contradicts the model that was opened, and the models that settings refer to: those must exist, and read the same tokens. */
const misfits = async (prepared: Prepared, plugins: readonly string[]): Promise<Fault[]> => {
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
      const lent = (await adopted(folder, plugins)) ?? (await findModel(folder));
      const others = differences(lent, resolved, 'tokenize');
      if (others.length > 0) throw errors.MODEL_OTHER_TOKENS(reference, others);
    } catch (error) {
      faults.push(faultAt(prepared, path, error));
    }
  }
  return faults;
};

/** Every `{ "model": "models/names" }` among settings; a setting that a stage itself calls "model" is its own affair. */
const references = (value: unknown, path: readonly (string | number)[]): { path: readonly (string | number)[]; reference: string }[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { model, ...rest } = value as { model?: unknown };
  if (typeof model === 'string' && Object.keys(rest).length === 0 && path.at(-1) !== 'with')
    return [{ path: [...path, 'model'], reference: model }];
  return Object.entries(value).flatMap(([key, inner]) => references(inner, [...path, key]));
};
