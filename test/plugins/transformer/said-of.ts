import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import { check, open } from '../../../core/index.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { waves, writeFolder } from './folder.ts';

interface Case {
  readonly config: { readonly model_type: string; readonly vocab_size: number };
  readonly tensors: Readonly<Record<string, number[]>>;
}

/** How many ids the model of `folderWith` has, and its tokenizer: the letters from a on. */
export const IDS = 19;

/** What is done to a sound folder: settings of its config.json, files beside it as text, as JSON, or without content as folders. */
export interface Change {
  readonly config?: object;
  readonly files?: Readonly<Record<string, string | object | undefined>>;
  readonly weights?: boolean;
}

/** A small Qwen2 with a tokenizer of letters, changed so. */
export const folderWith = async ({ config: more = {}, files = {}, weights = true }: Change): Promise<string> => {
  const cases = JSON.parse(await readFile(join(import.meta.dirname, 'reference.json'), 'utf8')) as Case[];
  const { config, tensors } = cases.find(({ config }) => config.model_type === 'qwen2')!;
  const folder = join(await workplace(), 'theirs');
  const made = Object.entries(tensors).map(([name, dims], seed) => [name, waves(name, dims, seed)] as const);
  if (weights) await writeFolder(folder, { ...config, ...more }, Object.fromEntries(made));
  else {
    await mkdir(folder);
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, ...more }));
  }
  const vocab = Object.fromEntries(Array.from({ length: IDS }, (_, id) => [String.fromCharCode(97 + id), id]));
  const tokenizer = { version: '1.0', added_tokens: [], decoder: { type: 'Fuse' }, model: { type: 'BPE', vocab, merges: [] } };
  for (const [name, content] of Object.entries({ 'tokenizer.json': tokenizer, ...files })) {
    const path = join(folder, name);
    await mkdir(content === undefined ? path : dirname(path), { recursive: true });
    if (content !== undefined) await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
};

/** What is said of a folder: on standard error, as faults, and as what is thrown. */
export interface Said {
  readonly warnings: readonly string[];
  readonly faults: readonly string[];
}

const heard = async (change: Change, act: (folder: string) => Promise<readonly string[]>): Promise<Said> => {
  const folder = await folderWith(change);
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const plain = (text: unknown): string => String(text).replaceAll(folder, 'FOLDER');
  const faults = await act(folder).catch(({ name, message }: Error) => [name === 'StagewrightError' ? message : `${name}: ${message}`]);
  const warnings = emit.mock.calls.map(([message]) => plain(message));
  emit.mockRestore();
  return { warnings, faults: faults.map(plain) };
};

/** What `check` says of a folder, as faults or by throwing. */
export const checked = (change: Change): Promise<Said> =>
  heard(change, async (folder) => (await check(folder)).map(({ message }) => message));

/** What `generate` says of one alike. */
export const generated = (change: Change, prompt: object = { prompt: 'ab' }): Promise<Said> =>
  heard(change, async (folder) => {
    await using pipeline = await open(folder, { train: false });
    for await (const _ of pipeline.generate({ count: 1, max_new_tokens: 2, ...prompt }));
    return [];
  });

/** Both must warn of the same and find no fault. */
export const warned = async (change: Change): Promise<readonly string[]> => {
  const said = await checked(change);
  expect(said.faults).toEqual([]);
  expect(await generated(change)).toEqual(said);
  return said.warnings;
};

/** Check must find one fault, and generating throw its words. */
export const refused = async (change: Change): Promise<string> => {
  const { faults } = await checked(change);
  expect(faults).toHaveLength(1);
  expect((await generated(change)).faults).toEqual([expect.stringContaining(faults[0]!)]);
  return faults[0]!;
};
