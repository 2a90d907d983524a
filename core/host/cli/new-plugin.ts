import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { errors, packageOf } from '../../index.ts';
import { print } from './outlet.ts';
import { shipped } from './package.ts';
import { indexFile, lawsFile, type Names, optionsFile, readmeFile, samplerFile } from './templates/plugin.ts';

/** `new plugin`: a folder with one stage, its settings, a law test and a README; inside this repository or outside. */
export const newPlugin = (): Command =>
  new Command('plugin')
    .description('Begin a plugin: one stage, its settings, a law test and a README.')
    .argument('<name>', 'as pipelines will say it, in small letters')
    .option('--folder <folder>', 'where the plugin goes', '.')
    .addHelpText('after', '\nExamples:\n  $ stagewright new plugin epsilon')
    .action(async (name: string, { folder }: { folder: string }) => {
      if (!/^[a-z][a-z0-9-]{0,49}$/.test(name)) throw errors.NEW_NAME(name);
      const here = resolve(folder);
      const inside = await isRepository(here);
      const home = inside ? join(here, 'plugins', name) : join(here, name);
      if (await stat(home).catch(() => undefined)) throw errors.NEW_EXISTS(home);
      const names = inside ? insideNames(name) : outsideNames(name);
      const tests = inside ? join(here, 'test', 'plugins', name) : home;
      const files = [
        [join(home, 'index.ts'), indexFile(names)],
        [join(home, 'options.ts'), optionsFile(names)],
        [join(home, 'sampler.ts'), samplerFile(names)],
        [join(home, 'README.md'), readmeFile(names)],
        [join(tests, 'laws.test.ts'), lawsFile(names)],
      ] as const;
      for (const [path, text] of files) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text, { flag: 'wx' });
      }
      const allowed = inside ? undefined : await allow(here, home);
      await print(
        [
          ...files.map(([path]) => relative(process.cwd(), path)),
          ...(allowed ? [`${relative(process.cwd(), allowed)}: pipelines may name it now`] : []),
          '',
          `next: ${names.command}`,
          '',
        ].join('\n'),
      );
    });

/** Whether a folder is the repository that this command comes from. */
const isRepository = async (folder: string): Promise<boolean> =>
  (await realpath(folder).catch(() => folder)) === (await realpath(shipped('.'))) &&
  (await stat(join(folder, 'core')).catch(() => undefined)) !== undefined;

const typeOf = (name: string): string =>
  name
    .split('-')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('');

const insideNames = (name: string): Names => ({
  name,
  type: typeOf(name),
  core: '../../core/index.ts',
  laws: '../../../core/laws/index.ts',
  plugin: `../../../plugins/${name}/index.ts`,
  runner: 'vitest',
  extension: 'ts',
  command: `npx vitest run --config test/vitest.config.ts test/plugins/${name}`,
});

const outsideNames = (name: string): Names => ({
  name,
  type: typeOf(name),
  core: 'stagewright',
  laws: 'stagewright/laws',
  plugin: './index.js',
  runner: 'node:test',
  extension: 'js',
  command: `npx tsx --test ${name}/laws.test.ts`,
});

/** Lists a plugin in the nearest package.json, so that pipelines may name it; undefined where there is none. */
const allow = async (from: string, home: string): Promise<string | undefined> => {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes !== undefined) {
      const settings = packageOf(bytes, path) as { stagewright?: { plugins?: string[] } };
      const { plugins = [] } = settings.stagewright ?? {};
      settings.stagewright = { ...settings.stagewright, plugins: [...plugins, `./${relative(folder, home)}`] };
      await writeFile(`${path}.part`, `${JSON.stringify(settings, undefined, 2)}\n`);
      await rename(`${path}.part`, path);
      return path;
    }
    if (dirname(folder) === folder) return undefined;
  }
};
