import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = new URL('../../dist/core/host/cli/main.js', import.meta.url).pathname;

/** A pipeline of 500 lines: its backend under a hundred names. */
const pipeline = (): string => {
  const entries = Array.from({ length: 81 }, (_, i) => [`ngram-${i}`, { use: 'ngram', with: { order: 1 + (i % 6) } }]);
  return JSON.stringify(
    { name: 'long', stages: { tokenize: 'characters', backend: 'ngram-3', sample: 'greedy' }, backends: Object.fromEntries(entries) },
    undefined,
    2,
  );
};

/** What `check` takes beyond Node's own start, for a file of 500 lines: medians of rounds in turn. */
export const bench = async (): Promise<Record<string, string>> => {
  const folder = mkdtempSync(join(tmpdir(), 'stagewright-bench-'));
  const file = join(folder, 'p.json');
  writeFileSync(file, pipeline());
  const run = (...args: string[]): number => {
    const began = performance.now();
    const { status } = spawnSync(process.execPath, args);
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
    return performance.now() - began;
  };
  const times = { node: [] as number[], check: [] as number[] };
  for (let round = 0; round < 11; round++) {
    times.node.push(run('-e', '0'));
    times.check.push(run(CLI, 'check', file));
  }
  rmSync(folder, { recursive: true });
  const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[all.length >> 1]!;
  const [node, check] = [median(times.node), median(times.check)];
  return {
    [`check, ${pipeline().split('\n').length} lines`]: `${check.toFixed(0)} ms`,
    'Node alone': `${node.toFixed(0)} ms`,
    'beyond Node, in its starts': ((check - node) / node).toFixed(2),
  };
};
