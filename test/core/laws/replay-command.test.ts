import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const DIST = new URL('../../../dist/', import.meta.url).href;
const CLI = new URL('core/host/cli/main.js', DIST).pathname;
const TSX = import.meta.resolve('tsx');

const DEFINED = `definePlugin({ name: 'mine', contract: 2, about: 'Loses lone surrogates.', stages: [tokenizer({ name: 'lossy', capabilities: { raw: 'text' }, make: () => ({ vocabulary: 256, fingerprint: 'x', tokenize: (raw) => Int32Array.from(Buffer.from(String(raw))), detokenize: (t) => Buffer.from(Uint8Array.from(t)).toString('utf8') }) })] })`;
const IMPORTS = `import { definePlugin, tokenizer } from '${DIST}core/index.js';\n`;
const LAWS = `import { describe, it } from 'node:test';\nimport { describeLaws } from '${DIST}core/laws/index.js';\n`;
const HELD = 'describeLaws(mine, {}, { describe, it, runs: 20 });\n';

/** Runs the tests of a folder, and answers what they print of a replay. */
const held = async (name: string, files: Record<string, string>, entry = 't.mjs') => {
  const home = await mkdtemp(join(tmpdir(), 'stagewright-replay-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const folder = join(home, name);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', TSX, '--test', entry], { cwd: folder, encoding: 'utf8' });
  const told = /Again: (.*)/.exec(stdout)?.[1] ?? `${stdout}${stderr}`;
  return { folder, told };
};

/** What a printed command line prints, as a shell runs it. */
const replayed = (told: string, cwd: string): string => {
  const command = told.replace(/^npx stagewright /, `'${process.execPath}' '${CLI}' `);
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' });
  return stdout + stderr;
};

const BROKEN = /tokenize\/round-trip: .*\nIt does not hold: /;

describe('the command that a broken law prints shows the failure again', { timeout: 60_000 }, () => {
  test.each<[string, string, Record<string, string>, string?]>([
    [
      'a plugin beside the test',
      'plain',
      { 'plugin.mjs': `${IMPORTS}export default ${DEFINED};`, 't.mjs': `${LAWS}import mine from './plugin.mjs';\n${HELD}` },
    ],
    [
      'a constant exported by default',
      'plain',
      {
        'plugin.mjs': `${IMPORTS}const mine = ${DEFINED};\nexport { mine as default };`,
        't.mjs': `${LAWS}import mine from './plugin.mjs';\n${HELD}`,
      },
    ],
    [
      'a named export',
      'plain',
      { 'plugin.mjs': `${IMPORTS}export const own = ${DEFINED};`, 't.mjs': `${LAWS}import { own as mine } from './plugin.mjs';\n${HELD}` },
    ],
    [
      'a plugin that another module hands on',
      'plain',
      {
        'deep/plugin.mjs': `${IMPORTS}export default ${DEFINED};`,
        'all.mjs': "export { default as mine } from './deep/plugin.mjs';",
        't.mjs': `${LAWS}import { mine } from './all.mjs';\n${HELD}`,
      },
    ],
    [
      'a folder with spaces and brackets',
      "it's a (new) folder #1",
      { 'plugin.mjs': `${IMPORTS}export default ${DEFINED};`, 't.mjs': `${LAWS}import mine from './plugin.mjs';\n${HELD}` },
    ],
    [
      'TypeScript',
      'plain',
      {
        'plugin.ts': `${IMPORTS.replace('provide }', 'provide, type Plugin }')}const mine: Plugin = ${DEFINED} as Plugin;\nexport default mine;`,
        't.ts': `${LAWS}import mine from './plugin.ts';\n${HELD}`,
      },
      't.ts',
    ],
    [
      'a module that was named',
      'plain',
      {
        'plugin.mjs': `${IMPORTS}const made = () => ${DEFINED};\nexport const own = made();`,
        't.mjs': `${LAWS}import { own } from './plugin.mjs';\ndescribeLaws(own, {}, { describe, it, runs: 20, module: './plugin.mjs', export: 'own', folder: 'broken laws' });`,
      },
    ],
  ])('%s', async (_, name, files, entry) => {
    const { folder, told } = await held(name, files, entry);
    expect(told).toMatch(/^npx stagewright replay /);
    expect(replayed(told, folder)).toMatch(BROKEN);
    const file = told.replace(/^npx stagewright replay '?(.*?)'?$/, '$1');
    expect(replayed(`npx stagewright replay "${join(folder, file)}"`, tmpdir())).toMatch(BROKEN);
    expect(JSON.parse(await readFile(join(folder, file), 'utf8')).subject.module).toMatch(/^file:/);
  });

  test.each([
    ['a plugin of the test itself', `${LAWS}${IMPORTS}const mine = ${DEFINED};\n${HELD}`],
    ['a value that nobody defined', `${LAWS}${IMPORTS}const defined = ${DEFINED};\nconst mine = { ...defined };\n${HELD}`],
  ])('and is not printed of %s', async (_, text) => {
    const { told } = await held('plain', { 't.mjs': text });
    expect(told).toBe('replay(".stagewright/mine-lossy-tokenize-round-trip.json", { subject: plugin })');
  });

  test('and says so where the module holds another plugin by now', async () => {
    const { folder, told } = await held('plain', {
      'plugin.mjs': `${IMPORTS}export default ${DEFINED};`,
      't.mjs': `${LAWS}import mine from './plugin.mjs';\n${HELD}`,
    });
    await writeFile(join(folder, 'plugin.mjs'), `${IMPORTS}export default ${DEFINED.replace("'mine'", "'other'")};`);
    expect(replayed(told, folder)).toMatch(/is no repro: its "default" is not the plugin "mine"/);
  });
});
