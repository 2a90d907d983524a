import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Every import of a file: relative ones as paths from the root, packages by name. */
const importsOf = (file: string, text: string): string[] =>
  [...text.matchAll(/^\s*(?:import|export)\s[^'";]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm)].map((match) => {
    const name = (match[1] ?? match[2] ?? match[3])!;
    return name.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), name)) : name;
  });

/** What others may see of core: all of it, the part that loads no stream, or what a thread answers with, which starts the sooner. */
const FACES = ['core/index.ts', 'core/declaring.ts', 'core/data/thread-answers.ts'];

/** The layers from the bottom: each may import those before it. */
const LAYERS = [
  'core/errors.ts',
  'core/data',
  'core/stages',
  'core/settings',
  'core/plugin',
  'core/definition',
  'core/dataset',
  'core/decode-loop',
  'core/models',
  'core/check',
  'core/pipeline',
  'core/laws',
  'core/declaring.ts',
  'core/index.ts',
  'core/host',
];
const layerOf = (path: string): number => LAYERS.findIndex((layer) => path === layer || path.startsWith(`${layer}/`));

const ONLY_IN: Record<string, RegExp> = {
  'onnxruntime-node': /^plugins\/toolkit\/onnx\/(session|engine)\.ts$/,
  ajv: /^core\/settings\/validate\.ts$/,
  sharp: /^plugins\/image\/sharp\.ts$/,
  inversify: /^core\/plugin\/container\.ts$/,
};

/** What is wrong with one import of one file, if anything. */
const fault = (file: string, to: string): string | undefined => {
  const only = ONLY_IN[to];
  if (only && !only.test(file)) return `${to} belongs in ${only.source}`;
  if (!/^(core|plugins)\//.test(to)) return undefined;
  if (file.startsWith('core/')) {
    if (!to.startsWith('core/')) return 'core imports nothing of plugins';
    const [here, there] = [layerOf(file), layerOf(to)];
    if (here < 0 || there < 0) return 'outside every layer';
    if (file.startsWith('core/host/')) {
      if (to.startsWith('core/host/') || FACES.includes(to)) return undefined;
      return to === 'core/laws/index.ts' && /cli\/(test|replay)\.ts$/.test(file)
        ? undefined
        : 'faces see core/index.ts and core/declaring.ts only';
    }
    if (to.startsWith('core/laws/') && !file.startsWith('core/laws/')) return 'nobody but laws sees laws';
    return there <= here ? undefined : `${LAYERS[there]} stands above ${LAYERS[here]}`;
  }
  const [, folder] = file.split('/');
  if (folder === 'toolkit')
    return to.startsWith('plugins/toolkit/') || to.startsWith('core/data/') || to === 'core/errors.ts'
      ? undefined
      : 'the toolkit knows data and errors only';
  if (to.startsWith(`plugins/${folder}/`) || to.startsWith('plugins/toolkit/') || FACES.includes(to)) return undefined;
  return 'a plugin sees core/index.ts, core/declaring.ts, what threads answer with, its own folder and the toolkit';
};

const sources = ['core', 'plugins'].flatMap((top) =>
  (readdirSync(join(ROOT, top), { recursive: true }) as string[]).filter((path) => path.endsWith('.ts')).map((path) => `${top}/${path}`),
);
const tree = new Map(sources.map((file) => [file, importsOf(file, readFileSync(join(ROOT, file), 'utf8'))]));

const faultsIn = (files: ReadonlyMap<string, readonly string[]>): string[] =>
  [...files].flatMap(([file, imports]) => imports.flatMap((to) => fault(file, to) ?? []).map((why) => `${file}: ${why}`));

/** A way round from a file to itself along its imports. */
const circle = (files: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const to of files.get(file) ?? []) {
      const found = visit(to, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of files.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
  return undefined;
};

describe('the house', () => {
  test('was seen', () => {
    expect(sources.length).toBeGreaterThan(60);
    expect([...tree.values()].flat().length).toBeGreaterThan(200);
    const folders = new Map<string, { files: number; lines: number }>();
    for (const file of sources) {
      const folder = file.split('/').slice(0, 2).join('/');
      const count = folders.get(folder) ?? { files: 0, lines: 0 };
      folders.set(folder, { files: count.files + 1, lines: count.lines + readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 });
    }
    console.table(Object.fromEntries(folders));
  });

  test('keeps its import rules', () => expect(faultsIn(tree)).toEqual([]));

  test.each([
    ['core/data/tokens.ts', 'core/stages/step-context.ts'],
    ['core/decode-loop/loop.ts', 'plugins/ngram/model.ts'],
    ['core/host/cli/run.ts', 'core/pipeline/open.ts'],
    ['core/stages/train.ts', 'core/laws/index.ts'],
    ['plugins/ngram/train.ts', 'plugins/text/index.ts'],
    ['plugins/ngram/train.ts', 'core/decode-loop/loop.ts'],
    ['plugins/toolkit/nn/linear.ts', 'core/index.ts'],
    ['plugins/vae/model.ts', 'onnxruntime-node'],
  ])('refuses %s importing %s', (file, to) => expect(faultsIn(new Map([[file, [to]]]))).toHaveLength(1));

  test("takes TypeBox's types alone, since its 700 modules would be most of what a command waits for: `Type` is core's", () => {
    const loading = sources.filter((file) =>
      /^(?:import|export)\s+(?!type\b)[^;]*?from 'typebox'/m.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(loading).toEqual([]);
  });

  test('has no circle of imports', () => expect(circle(tree)).toBeUndefined());

  test('would see a circle', () => {
    const planted = new Map(tree).set('core/data/tensor.ts', ['core/data/prediction.ts']);
    expect(circle(planted)).toContain('core/data/tensor.ts');
  });

  test('has no drawers', () => {
    const drawers = sources.filter((file) => /(^|\/)(utils?|helpers?|common|types|base|manager)(\.ts$|\/)/.test(file));
    expect(drawers).toEqual([]);
  });
});
