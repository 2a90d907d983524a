import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import text from '../../../plugins/text/index.ts';
import { filled, optionsOf, takes } from '../../settings.ts';

describe('the plugin', () => {
  it('fills in what a pipeline leaves open', () => {
    const all = Object.fromEntries(text.stages.flatMap(({ name, options }) => (options ? [[name, filled(options, {})]] : [])));
    expect(all).toEqual({
      characters: { min_count: 1 },
      words: { lowercase: false, punctuation: 'keep', min_count: 1 },
      text: { rows: 'document' },
      jsonl: { tokens: 'text' },
      csv: { tokens: 'text' },
    });
  });

  it('takes no other settings', () => {
    for (const { options } of text.stages) if (options) expect(takes(options, { ...filled(options, {}), other: 1 })).toBe(false);
    expect(takes(optionsOf(text, 'csv'), { tokens: -1 })).toBe(false);
    expect(takes(optionsOf(text, 'csv'), { tokens: 'a', given: 2, delimiter: ';', quote: '' })).toBe(true);
    expect(takes(optionsOf(text, 'words'), { lowercase: true, punctuation: 'drop', min_count: 1 })).toBe(false);
  });
});

describe('pipelines/data/minerals.txt', () => {
  it('names many minerals, one a line, sorted, none twice', async () => {
    const names = (await readFile(new URL('../../../pipelines/data/minerals.txt', import.meta.url), 'utf8')).split('\n');
    expect(names.pop()).toBe('');
    expect(names.length).toBeGreaterThan(1000);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names.filter((name) => !/^\p{Lu}[\p{Ll}']+(-\p{L}\p{Ll}+)*(-\(?[A-Z][A-Za-z0-9]*\)?|-[A-Z][A-Za-z]*)?$/u.test(name))).toEqual(
      [],
    );
  });
});
