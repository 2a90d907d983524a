import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type Flow,
  loadPlugins,
  type open,
  type Pipeline,
  type PipelineDefinition,
  pipelineTypes,
  type RawOf,
} from '../../../core/index.ts';

describe('the printed types', () => {
  test('are those of our plugins: print them again with `npm run schemas`', async () => {
    const kept = readFileSync(new URL('../../../schemas/pipeline-definition.ts', import.meta.url), 'utf8');
    expect(kept).toBe(pipelineTypes(await loadPlugins({ base: '.' })));
  });

  test('take what a file may hold, short forms too, and name what it may not', () => {
    const names = {
      name: 'names',
      data: { train: 'names.txt', valid: 0.1, rows: 'lines' },
      stages: { tokenize: 'characters', backend: 'mine', sample: { use: 'sampling', with: { top_p: 0.9 }, processors: ['top_k'] } },
      backends: { mine: { use: 'ngram', with: { order: 4 } } },
      generate: { count: 3, temperature: 0.5 },
    } as const satisfies PipelineDefinition;
    expectTypeOf<RawOf<typeof names>>().toEqualTypeOf<string>();
    expectTypeOf<Awaited<ReturnType<typeof open<typeof names>>>>().toEqualTypeOf<Pipeline<string>>();
    expectTypeOf<ReturnType<Pipeline<string>['generate']>>().toEqualTypeOf<Flow<string>>();
    expectTypeOf<RawOf<{ stages: { tokenize: { use: 'words' } } }>>().toEqualTypeOf<string>();
    expectTypeOf<RawOf<{ stages: { tokenize: 'pixels' } }>>().toEqualTypeOf<unknown>();
    expectTypeOf<RawOf<object>>().toEqualTypeOf<unknown>();
    const taken = (_: PipelineDefinition): void => undefined;
    const stages = { tokenize: 'bytes', backend: 'ngram', sample: 'greedy' } as const;
    taken({ name: 'x', stages });
    // @ts-expect-error a key that is misspelt
    taken({ name: 'x', stages: { ...stages, tokenise: 'bytes' } });
    // @ts-expect-error a tokenizer that nobody offers
    taken({ name: 'x', stages: { ...stages, tokenize: 'byts' } });
    // @ts-expect-error an option of another type
    taken({ name: 'x', stages, backends: { ngram: { with: { order: '4' } } } });
    // @ts-expect-error an option that nobody reads
    taken({ name: 'x', stages, backends: { ngram: { with: { ordr: 4 } } } });
  });
});
