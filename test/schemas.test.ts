import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { loadPlugins, pipelineSchema } from '../core/index.ts';

const printed = () => JSON.parse(readFileSync(new URL('../schemas/pipeline.schema.json', import.meta.url), 'utf8'));
const pipeline = (name: string) => JSON.parse(readFileSync(new URL(`../pipelines/${name}.json`, import.meta.url), 'utf8'));

describe('the printed schema', () => {
  test('is the one of our plugins: print it again with `npm run schemas`', async () => {
    expect(printed()).toEqual(JSON.parse(JSON.stringify(pipelineSchema(await loadPlugins({ base: '.' })))));
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
