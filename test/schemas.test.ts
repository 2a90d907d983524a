import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { markdown } from '../core/host/cli/drawing/markdown.ts';
import { loadPlugins, pipelineSchema, reference } from '../core/index.ts';
import { page as api } from './api/page.ts';
import { page } from './folders/page.ts';

const printed = () => JSON.parse(readFileSync(new URL('../schemas/pipeline.schema.json', import.meta.url), 'utf8'));
const pipeline = (name: string) => JSON.parse(readFileSync(new URL(`../pipelines/${name}.json`, import.meta.url), 'utf8'));

describe('the printed reference', () => {
  test('is that of our plugins: print it again with `npm run schemas`', async () => {
    const kept = readFileSync(new URL('../schemas/README.md', import.meta.url), 'utf8');
    expect(kept).toBe(markdown(reference(await loadPlugins({ base: '.' }))));
    for (const { name } of reference(await loadPlugins({ base: '.' }))) expect(kept).toMatch(new RegExp(`\n## ${name}( \\(|\n)`));
  });
});

describe('the printed page of what can be imported', () => {
  const kept = () => readFileSync(new URL('../core/API.md', import.meta.url), 'utf8');

  test('is that of our code: print it again with `npm run schemas`', () => expect(kept()).toBe(api()));

  test('says of every name what it is', () => {
    const silent = [...kept().matchAll(/^\| `([^`]+)` \| [^|]* \| *\|$/gm)].map(([, name]) => name);
    expect(silent).toEqual([]);
  });

  test('has every value that the packages export', async () => {
    for (const module of ['../core/index.ts', '../core/laws/index.ts'])
      for (const name of Object.keys(await import(new URL(module, import.meta.url).href))) expect(kept()).toContain(`| \`${name}\` |`);
  });
});

describe('the printed page of folders', () => {
  test('is that of our tables: print it again with `npm run schemas`', () => {
    expect(readFileSync(new URL('../plugins/transformer/FOLDERS.md', import.meta.url), 'utf8')).toBe(page());
  });
});

describe('the printed schema', () => {
  test('is the one of our plugins: print it again with `npm run schemas`', async () => {
    expect(printed()).toEqual(JSON.parse(JSON.stringify(pipelineSchema(await loadPlugins({ base: '.' })))));
  });

  test('has a description of every setting, and of every number an example', () => {
    const bare: string[] = [];
    let seen = 0;
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { properties = {} } = value as { properties?: Record<string, Record<string, unknown>> };
      for (const [key, one] of Object.entries(properties)) {
        seen++;
        const told = one.description !== undefined || 'const' in one;
        const nested = /\/(with|train)\/properties\//.test(path); // what a setting is made of, it describes itself
        const counted = one.type === 'number' || one.type === 'integer';
        if (!nested && (!told || (counted && !one.examples))) bare.push(`${path}.${key}`);
      }
      for (const [key, one] of Object.entries(value)) if (key !== 'examples' && key !== 'default') visit(one, `${path}/${key}`);
    };
    visit(printed(), '');
    expect(bare).toEqual([]);
    expect(seen).toBeGreaterThan(100);
  });

  test('takes the pipelines that ship, and refuses a wrong name, a wrong setting and a wrong key', () => {
    const check = new Ajv({ strict: false }).compile(printed());
    for (const name of ['quickstart', 'ngram-text', 'ngram-image']) expect(check(pipeline(name)), JSON.stringify(check.errors)).toBe(true);
    const good = pipeline('quickstart');
    const wrong = [
      { ...good, stages: { ...good.stages, tokenize: 'charcters' } },
      { ...good, stages: { ...good.stages, sample: { use: 'sampling', with: { temprature: 1 } } } },
      { ...good, backends: { ngram: { with: { order: 9 } } } },
      { ...good, sed: 7 },
    ];
    for (const one of wrong) expect(check(one)).toBe(false);
  });
});
