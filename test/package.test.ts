import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = new URL('../', import.meta.url).pathname;
const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
) as [{ readonly files: readonly { readonly path: string; readonly size: number }[] }];
const paths = packed.files.map(({ path }) => path);
const pages = paths.filter((path) => path.endsWith('.md'));

/** Where a page's relative links lead, code left out. */
const targets = (page: string): string[] => {
  const prose = readFileSync(join(ROOT, page), 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(<?([^)\s>]+)/g), ...prose.matchAll(/^\[[^\]]+\]: +(\S+)/gm)].map(([, link]) => link!);
  return links
    .filter((link) => !/^([a-z]+:|#)/.test(link))
    .map((link) => normalize(join(dirname(page), link.replace(/#.*/, ''))).replace(/\/$/, ''));
};

test('every link of a page in the package leads to something in it', () => {
  const lost = pages.flatMap((page) =>
    targets(page)
      .filter((target) => !paths.some((path) => path === target || path.startsWith(`${target}/`)))
      .map((target) => `${page}: ${target}`),
  );
  expect(lost).toEqual([]);
});

test('the package has the tutorial for plugins and a page for each plugin of ours, and of its sources nothing else', () => {
  expect(targets('README.md').length).toBeGreaterThan(4);
  expect(pages).toEqual(
    expect.arrayContaining(['README.md', 'core/plugin/README.md', 'plugins/ngram/README.md', 'plugins/subword/README.md']),
  );
  const sources = packed.files.filter(({ path }) => /^(core|plugins)\//.test(path));
  expect(sources.filter(({ path }) => !path.endsWith('.md'))).toEqual([]);
  expect(sources.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(150_000);
});
