import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolve } from '../../../core/check/resolve.ts';
import { parse } from '../../../core/definition/parse.ts';
import { InvalidPipeline, loadPlugins, type Registry } from '../../../core/index.ts';
import { nearMiss, pipelineFile } from '../../../core/laws/index.ts';

let registry: Registry;
beforeAll(async () => {
  registry = await loadPlugins({ base: '.' });
});

const faultsOf = (text: string) => {
  try {
    const { value, placeOf, faults } = parse(text, 'pipeline.json');
    return [...faults, ...resolve(value, registry, { placeOf }).faults];
  } catch (error) {
    if (!(error instanceof InvalidPipeline)) throw error;
    return error.faults;
  }
};

/** How much of the beginning, or of the end, two texts have in common. */
const common = (one: string, other: string, at = (text: string, i: number) => text[i]): number => {
  let length = 0;
  while (length < Math.min(one.length, other.length) && at(one, length) === at(other, length)) length++;
  return length;
};

describe('generated pipelines', () => {
  it('300 valid files: none is refused, and between them they use every stage', () => {
    const files = fc.sample(pipelineFile(registry), { numRuns: 300, seed: 3 });
    for (const { text } of files) expect(faultsOf(text), text).toEqual([]);
    const all = files.map(({ text }) => text).join();
    for (const verb of ['tokenize', 'decode', 'sample', 'evaluate', 'read'] as const)
      for (const { name } of registry.offers(verb)) expect(all, name).toContain(`"${name}"`);
    for (const key of ['with', 'use', 'timeout', 'encode', 'valid', 'rows', 'generate', 'batching', 'checkpoint_seconds', 'seed'])
      expect(all).toContain(`"${key}"`);
  });

  it('300 near-misses of every kind: each is refused, and is a valid file but for the edit that it tells', () => {
    const misses = fc.sample(nearMiss(registry), { numRuns: 300, seed: 3 });
    for (const { text, valid, begin, end } of misses) {
      expect(faultsOf(text).length, text).toBeGreaterThan(0);
      expect(faultsOf(valid), valid).toEqual([]);
      expect(text).not.toBe(valid);
      expect(begin).toBeLessThanOrEqual(common(text, valid));
      expect(text.length - end).toBeLessThanOrEqual(common(text, valid, (text, i) => text.at(-1 - i)));
    }
    expect(new Set(misses.map(({ edit }) => edit)).size).toBe(12);
  });

  it('300 near-misses: a fault points into what was edited in 99 of 100', () => {
    const misses = fc.sample(nearMiss(registry), { numRuns: 300, seed: 11 });
    const beside = misses.filter(({ text, begin, end }) => {
      const lines = text.split('\n');
      const offset = (line: number, column: number): number =>
        lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, column - 1);
      return !faultsOf(text).some(({ place }) => {
        const at = place?.line === undefined ? -1 : offset(place.line, place.column!);
        return at >= begin && at <= end;
      });
    });
    expect(beside.map(({ edit, path }) => `${edit} ${path.join('.')}`).length, JSON.stringify(beside, undefined, 1)).toBeLessThanOrEqual(3);
  });

  it('shrinks a near-miss to a file of little else', () => {
    const unknown = nearMiss(registry).filter(({ edit }) => edit === 'unknown key');
    const found = fc.check(
      fc.property(unknown, ({ text }) => faultsOf(text).length === 0),
      { seed: 5 },
    );
    expect(found.counterexample![0].text.length).toBeLessThan(400);
  });

  it('keeps to the ingredients it is given', () => {
    const uses = { tokenize: ['bytes'], sample: ['greedy'] };
    for (const { value } of fc.sample(pipelineFile(registry, { uses, files: [] }), { numRuns: 50, seed: 1 })) {
      expect(value).not.toHaveProperty('data');
      expect(JSON.stringify((value as { stages: object }).stages)).toMatch(/"bytes".*"greedy"/);
    }
  });
});
