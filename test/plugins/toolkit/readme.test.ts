import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readModel } from '../../../plugins/toolkit/index.ts';

it("the README's network trains, in the lines that stand there", async () => {
  const readme = await readFile(new URL('../../../plugins/toolkit/README.md', import.meta.url), 'utf8');
  const code = /```ts\n(.*?)```/s.exec(readme)![1]!;
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(25);
  const folder = await mkdtemp(join(tmpdir(), 'toolkit-readme-'));
  const printed: string[] = [];
  try {
    const toolkit = JSON.stringify(new URL('../../../plugins/toolkit/index.ts', import.meta.url).href);
    const path = join(folder, 'rings.onnx');
    const runnable = code
      .replace("'stagewright/toolkit'", toolkit)
      .replaceAll("'rings.onnx'", JSON.stringify(path))
      .replaceAll('console.log(', 'globalThis.told(');
    await writeFile(join(folder, 'readme.ts'), runnable);
    Object.assign(globalThis, { told: (...words: unknown[]) => printed.push(words.join(' ')) });
    await import(/* @vite-ignore */ join(folder, 'readme.ts'));
    const [no = 0, yes = 0, otherNo = 0, otherYes = 0] = printed.pop()!.split(',').map(Number);
    expect(yes).toBeGreaterThan(no); // (0, 1) is within the ring of 1.5, (2, 2) is not
    expect(otherNo).toBeGreaterThan(otherYes);
    const losses = printed.map((line) => Number(line.split(' ')[1]));
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(losses[0]! / 3);
    expect(readModel(await readFile(path)).outputs).toEqual([{ name: 'logits', dtype: 'float32', shape: ['batch', 2] }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
