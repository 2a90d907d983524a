import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { check, explain, open } from '../../../core/index.ts';
import { COUNTING, countingPipeline, DIGIT_ROWS, workplace } from './workplace.ts';

const MIRROR = new URL('fixtures/mirror.ts', import.meta.url).pathname;

/** A processor in ten lines, as a stranger writes it; the import is the packed package's. */
const BANNING = `import { definePlugin, processor, Type } from '${new URL('../../../core/index.ts', import.meta.url).href}';

const Options = Type.Object({ ids: Type.Array(Type.Integer()) }, { additionalProperties: false });

export default definePlugin({
  name: 'banning', contract: 2, about: 'Forbids ids.',
  stages: [processor({ name: 'ban', options: Options, make: ({ options }) => ({
    process: (logits) => void options.ids.forEach((id) => { logits[id] = -Infinity; }),
  }) })],
});
`;

const placed = async (sample: object) => {
  const folder = await workplace({ 'rows.txt': DIGIT_ROWS });
  await writeFile(join(folder, 'banning.ts'), BANNING);
  const { data, stages, ...rest } = countingPipeline({}, { steps: 1 });
  const definition = { ...rest, data: { ...data, train: `${folder}/rows.txt` }, stages: { ...stages, sample } };
  return { definition, options: { plugins: [COUNTING, join(folder, 'banning.ts')], models: `${folder}/models` } };
};

test('processors of anyone stand before any sampler, in their order', async () => {
  const said = async (processors: readonly unknown[]): Promise<unknown> => {
    const { definition, options } = await placed({ use: 'greedy', processors });
    await using pipeline = await open(definition, options);
    return (await lastValueFrom(pipeline.generate({ prompt: '1', count: 1, max_new_tokens: 3 }).pipe(toArray())))[0];
  };
  expect(await said([])).toBe('1234');
  const ban = (...ids: number[]) => ({ use: 'ban', with: { ids } });
  expect(await said([ban(2)])).toBe('1010');
  expect(await said([{ use: 'top_k', with: { top_k: 1 } }])).toBe('1234');
  await expect(said([{ use: 'top_k', with: { top_k: 1 } }, ban(2)])).rejects.toMatchObject({ code: 'NO_LOGIT_LEFT' });
});

test('their faults are named with their places, and what they come to is explained', async () => {
  const faultsOf = async (processors: unknown) => {
    const { definition, options } = await placed({ use: 'greedy', processors });
    return (await check(definition, options)).map(({ path, message }) => `${path.join('.')} ${message}`);
  };
  expect(await faultsOf(['tempreature'])).toEqual([
    'stages.sample.processors.0.use "tempreature" cannot process; did you mean "temperature"?',
  ]);
  expect(
    await faultsOf([
      { use: 'top_k', with: { k: 3 } },
      { use: 'top_p', with: { top_p: 2 } },
    ]),
  ).toEqual([
    'stages.sample.processors.0.with the key "top_k" is missing.',
    'stages.sample.processors.0.with.k unknown key "k"; did you mean "top_k"?',
    'stages.sample.processors.1.with.top_p "top_p" must be above 0 and at most 1, not 2.',
  ]);
  expect(await faultsOf('top_k')).toEqual([expect.stringMatching(/^stages\.sample\.processors .*list/)]);
  const { definition, options } = await placed({ use: 'multinomial', processors: [{ use: 'top_k', with: { top_k: 3 } }] });
  expect((await explain(definition, options)).settings).toContainEqual(
    expect.objectContaining({ path: 'stages.sample.processors.0.with.top_k', value: 3 }),
  );
});

test('one that processes the next token alone does not stand behind a backend of whole rows', async () => {
  const definition = {
    name: 'rows',
    stages: {
      tokenize: 'mirrored',
      backend: 'mirror',
      sample: { use: 'greedy', processors: [{ use: 'repetition_penalty', with: { repetition_penalty: 2 } }] },
    },
  };
  const [fault] = await check(definition, { plugins: [MIRROR] });
  expect(fault).toMatchObject({
    path: ['stages', 'sample', 'processors', 0],
    message: '"repetition_penalty" processes categorical next, and "mirror" predicts categorical whole; leave it out.',
  });
});
