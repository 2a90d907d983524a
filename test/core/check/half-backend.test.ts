import { expect, test } from 'vitest';
import { check, open } from '../../../core/index.ts';
import { workplace } from '../pipeline/workplace.ts';

const HALVES = `
const capabilities = { hidden: 'ids', predictions: [{ kind: 'categorical', extent: 'next' }] };
const decode = () => ({ decode: (_, counts) => ({ kind: 'categorical', extent: 'next', counts, logits: { dims: [0, 12], data: new Float32Array(0) } }) });
const encode = () => ({ encode: (fresh) => fresh });
const attend = () => ({ attend: (hidden, memory) => ({ hidden, memory }) });
const half = (name, makes) => ({ kind: 'backend', name, capabilities, makes });
export default { name: 'halves', contract: 2, about: '', stages: [
  half('decodes', { decode }), half('reads', { encode, attend }), half('attends-not', { encode, decode }) ] };`;

const faults = async (stages: object): Promise<string[]> => {
  const folder = await workplace({ 'halves.mjs': HALVES });
  const definition = { name: 'p', stages: { tokenize: 'bytes', sample: 'greedy', ...stages } };
  const options = { plugins: [`${folder}/halves.mjs`] };
  const found = (await check(definition, options)).map(({ path, message }) => `${path.join('.')} ${message}`);
  if (found.length > 0) await expect(open(definition, options)).rejects.toThrow(found[0]!.split(' ').slice(1).join(' '));
  return found;
};
const OTHER = 'too, or choose another backend.';

test.each<[string, object, string[]]>([
  ['decode alone', { backend: 'decodes' }, [`"decodes" does not encode or attend; name "stages.encode" and "stages.attend" ${OTHER}`]],
  ['no decode', { backend: 'reads' }, [`"reads" does not decode; name "stages.decode" ${OTHER}`]],
  ['no attend', { backend: 'attends-not' }, [`"attends-not" does not attend; name "stages.attend" ${OTHER}`]],
  ['decode alone, encode named', { backend: 'decodes', encode: 'reads' }, [`"decodes" does not attend; name "stages.attend" ${OTHER}`]],
  ['decode alone, the rest named', { backend: 'decodes', encode: 'reads', attend: 'reads' }, []],
  ['no decode, it named', { backend: 'reads', decode: 'decodes' }, []],
])('a backend with %s', async (_, stages, expected) => {
  expect(await faults(stages)).toEqual(expected.map((message) => `stages.backend ${message}`));
});
