import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The plugin of ./fixtures/counting.ts. */
export const COUNTING = new URL('fixtures/counting.ts', import.meta.url).pathname;

/** An empty folder that goes with the test, and files in it. */
export const workplace = async (files: Record<string, string | Uint8Array | object> = {}): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'stagewright-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files))
    await writeFile(
      join(folder, name),
      typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content, undefined, 2),
    );
  return folder;
};

/** A pipeline over digits, 40 rows of them. */
export const countingPipeline = (settings: object = {}, train: object = {}) => ({
  name: 'counting',
  data: { train: 'rows.txt', valid: 0.1, rows: 'lines' },
  stages: { tokenize: 'digits', backend: 'counting', sample: 'greedy', evaluate: ['diversity', 'likelihood'] },
  backends: { counting: { with: settings, train } },
  generate: { count: 1, max_new_tokens: 20 },
  checkpoint_seconds: 0,
});

export const DIGIT_ROWS = Array.from({ length: 40 }, (_, i) => String((i * 7919) % 1000)).join('\n');
