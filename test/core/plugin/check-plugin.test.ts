import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../../core/index.ts';
import { workplace } from '../pipeline/workplace.ts';

const EXAMPLE = new URL('../../../pipelines/quickstart.json', import.meta.url).pathname;

test.each([
  ['has an open schema', 'options: { type: "object" }', 'PLUGIN_OPEN_SCHEMA', /close its schema/],
  [
    'has a schema that is none',
    'options: { type: "object", additionalProperties: false, required: 3 }',
    'PLUGIN_WRONG_SCHEMA',
    /no JSON schema/,
  ],
  [
    'calls a setting of its sampler as a request calls its own',
    'options: { type: "object", additionalProperties: false, properties: { seed: {} } }',
    'PLUGIN_SETTING_TAKEN',
    /"seed"/,
  ],
  ['has options that are no schema', 'options: 3', 'NOT_A_PLUGIN', /"options" must be an object/],
  ['misspells options', 'optoins: {}', 'NOT_A_PLUGIN', /nobody reads "optoins"; did you mean "options"/],
  ['misspells conflicts', 'confilcts: () => []', 'NOT_A_PLUGIN', /did you mean "conflicts"/],
  ['misspells a capability', 'capabilities: { predicitons: [] }', 'PLUGIN_CAPABILITIES', /did you mean "predictions"/],
  ['has a capability of another form', 'capabilities: { predictions: ["categorical next"] }', 'PLUGIN_CAPABILITIES', /predictions/],
  ['is given what only a backend has', 'training: {}', 'NOT_A_PLUGIN', /nobody reads "training"/],
  ['needs what is no key', 'needs: { one: 1 }', 'NOT_A_PLUGIN', /needs\.one is no key/],
  ['hides its options', 'needs: { options: { id: Symbol() } }', 'NOT_A_PLUGIN', /needs\.options hides/],
  ['is made by nothing', 'makes: {}', 'NOT_A_PLUGIN', /it makes nothing: give make/],
  ['is made by what is no function', 'makes: { sample: 3 }', 'NOT_A_PLUGIN', /"make" is no function/],
])('a plugin whose stage %s', async (_, more, code, message) => {
  const folder = await workplace({
    'mine.mjs': `export default { name: 'mine', contract: 2, about: '', stages: [{ kind: 'sampler', name: 'mine', makes: { sample() {} }, ${more} }] }`,
  });
  await expect(check(EXAMPLE, { plugins: [join(folder, 'mine.mjs')] })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test.each([
  ['contract 1', "{ name: 'mine', contract: 1, stages: { sample: {} } }", 'PLUGIN_CONTRACT', /make "stages" a list of backend\(\{/],
  ['no contract', "{ name: 'mine', stages: [] }", 'PLUGIN_CONTRACT', /^The plugin "mine" lacks "contract: 2"/],
  ['contract 3', "{ name: 'mine', contract: 3, stages: [] }", 'PLUGIN_CONTRACT', /install a fitting version/],
  ['no list', "{ name: 'mine', contract: 2, about: '', stages: {} }", 'NOT_A_PLUGIN', /"stages" are no list/],
  ['a stage of no kind', "{ name: 'mine', contract: 2, about: '', stages: [{}] }", 'NOT_A_PLUGIN', /stages\[0\] is made without/],
  [
    'a key of an older contract',
    "{ name: 'mine', contract: 2, about: '', stages: [], declares: {} }",
    'NOT_A_PLUGIN',
    /nobody reads "declares"/,
  ],
  [
    'several faults at once',
    "{ name: 'mine', contract: 2, abuot: '', stages: [{}] }",
    'NOT_A_PLUGIN',
    /did you mean "about".*"about" is no text.*stages\[0\]/,
  ],
])('a plugin of %s', async (_, plugin, code, message) => {
  const folder = await workplace({ 'mine.mjs': `export default ${plugin}` });
  await expect(check(EXAMPLE, { plugins: [join(folder, 'mine.mjs')] })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test('a plugin as contract 1 had them is told what to become', async () => {
  const core = new URL('../../../core/index.ts', import.meta.url).href;
  const folder = await workplace({
    'mine.ts': `import { definePlugin, provide } from '${core}';
export default definePlugin({ name: 'mine', contract: 1, about: '', stages: { sample: { mine: provide([], () => ({})) } } } as never);`,
  });
  await expect(check(EXAMPLE, { plugins: [join(folder, 'mine.ts')] })).rejects.toMatchObject({
    code: 'OF_CONTRACT_1',
    message: expect.stringMatching(/"provide" is of contract 1.*make "stages" a list of backend\(\{/),
  });
});
