import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type OpenOptions, open } from '../../../core/index.ts';
import { workplace } from '../pipeline/workplace.ts';

/** A plugin in plain JavaScript that is right, but for one statement. */
const pluginBut = (wrong: string): string => `
import { backend, definePlugin, evaluator, reader, sampler, tokenizer } from '${new URL('../../../dist/core/index.js', import.meta.url).pathname}';

const theTokenizer = {
  vocabulary: 10,
  fingerprint: 'digits',
  tokenize: (raw) => Int32Array.from(raw, Number),
  detokenize: (ids) => Array.from(ids).join(''),
};
const theReader = {
  async *read({ bytes }) {
    for await (const some of bytes) for (const raw of String(some).split('\\n')) yield { raw };
  },
};
const theEncoder = { encode: (ids) => ids };
const theSampler = { sample: ({ counts }) => ({ inputIds: counts.map(() => Int32Array.of(7)), state: {} }) };
const theEvaluator = { evaluate: (item, count = 0) => count + 1, report: (count) => ({ count }) };
const decode = (ids, counts) => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return { kind: 'categorical', extent: 'next', counts, logits: { dims: [total, 10], data: new Float32Array(total * 10) } };
};
${wrong};

const capabilities = { hidden: 'ids', predictions: [{ kind: 'categorical', extent: 'next' }], likelihood: ['exact'] };
export default definePlugin({
  name: 'theirs',
  contract: 2,
  about: 'wrong in one way',
  stages: [
    tokenizer({ name: 'their-tokenizer', make: () => theTokenizer }),
    reader({ name: 'their-reader', extensions: ['.their'], make: () => theReader }),
    backend({
      name: 'their-backend',
      capabilities,
      encode: () => theEncoder,
      attend: () => ({ attend: (hidden, memory) => ({ hidden, memory }) }),
      decode: () => ({ decode }),
    }),
    sampler({ name: 'their-sampler', make: () => theSampler }),
    evaluator({ name: 'their-evaluator', capabilities: { items: ['generated', 'scored'] }, make: () => theEvaluator }),
  ],
});
`;

const DEFINITION = {
  name: 'theirs',
  data: { train: 'rows.their', valid: 0.5 },
  stages: { tokenize: 'their-tokenizer', backend: 'their-backend', sample: 'their-sampler', evaluate: ['their-evaluator'] },
  generate: { prompt: '1', count: 1, max_new_tokens: 3 },
  evaluate: { samples: 1 },
};

const evaluated = async (wrong: string, options: OpenOptions = {}): Promise<unknown> => {
  const folder = await workplace({ 'rows.their': '123\n456', 'theirs.mjs': pluginBut(wrong), 'p.json': DEFINITION });
  await using pipeline = await open(join(folder, 'p.json'), { plugins: [join(folder, 'theirs.mjs')], models: folder, ...options });
  return await pipeline.evaluate().catch((error: Error) => {
    error.message = error.message.replaceAll(folder, '<folder>');
    throw error;
  });
};

test('a plugin that is right in everything is measured', async () => {
  expect(await evaluated('')).toEqual({ 'their-evaluator': { count: 2 } });
});

const shape = (verb: string, name: string, what: string): [string, string] => [
  'WRONG_SHAPE',
  `${verb} of "their-${name}" returned the wrong shape: ${what}.`,
];
const sample = (what: string): [string, string] => shape('sample', 'sampler', what);

const tokenize = (what: string): [string, string] => shape('tokenize', 'tokenizer', what);
const read = (what: string): [string, string] => shape('read', 'reader', what);
const report = (what: string): [string, string] => shape('report', 'evaluator', what);
const encode = (what: string): [string, string] => shape('encode', 'backend', what);
const LIMIT = 'and must be a whole number of at least 1; of no limit, leave it out';
const FILE = '<folder>/rows.their';
const STREAM = 'where a stream of items is due, as of "async *read"';
const COUNTED = 'and must be a whole number of at least 1';

test.each<[string, [string, string]]>([
  ['theTokenizer.vocabulary = undefined', tokenize(`its "vocabulary" is nothing, ${COUNTED}`)],
  ['theTokenizer.vocabulary = NaN', tokenize(`its "vocabulary" is NaN, ${COUNTED}`)],
  ['theTokenizer.vocabulary = 0', tokenize(`its "vocabulary" is 0, ${COUNTED}`)],
  ['theTokenizer.fingerprint = 7', tokenize('its "fingerprint" is 7, and must be a text')],
  ['theTokenizer.start = 10', tokenize('its "start" is 10, and its ids go from 0 to 9')],
  ['theTokenizer.stop = -1', tokenize('its "stop" is -1, and its ids go from 0 to 9')],
  ['theTokenizer.unknown = "?"', tokenize('its "unknown" is "?", and its ids go from 0 to 9')],
  ['theTokenizer.prefix = { rows: [1], prompts: [] }', shape('prefix', 'tokenizer', '[1], where an Int32Array of ids is due')],
  ['theTokenizer.tokenize = (raw) => Array.from(raw, Number)', tokenize('[4,5,6], where an Int32Array of ids is due')],
  ['theTokenizer.tokenize = () => undefined', tokenize('nothing, where an Int32Array of ids is due')],
  ['theTokenizer.tokenize = async (raw) => Int32Array.from(raw, Number)', tokenize('a Promise, where an Int32Array of ids is due')],
  ['theTokenizer.tokenize = () => Int32Array.of(1, 500)', tokenize('the id 500, where its ids go from 0 to 9')],
  ['theTokenizer.tokenize = () => Int32Array.of(-2, 1)', tokenize('the id -2, where its ids go from 0 to 9')],
  ['theTokenizer.detokenize = () => undefined', shape('detokenize', 'tokenizer', 'nothing, where what ids spell is due')],
  [
    'theTokenizer.detokenizer = () => ({ push: () => undefined, end: () => "" })',
    shape('detokenizer', 'tokenizer', 'nothing, where what ids spell is due'),
  ],
  ['theTokenizer.detokenizer = () => (ids) => ""', shape('detokenizer', 'tokenizer', 'a function, where { push, end } is due')],
  ['theReader.read = () => undefined', read(`of ${FILE} nothing is answered, ${STREAM}`)],
  ['theReader.read = async () => [{ raw: "1" }]', read(`of ${FILE} a Promise is answered, ${STREAM}`)],
  ['theReader.read = () => "123"', read(`of ${FILE} "123" is answered, ${STREAM}`)],
  ['theReader.read = async function* () { yield { raw: "1" }; yield null }', read(`item 2 of ${FILE} is null, where { raw } is due`)],
  ['theReader.read = async function* () { yield }', read(`item 1 of ${FILE} is nothing, where { raw } is due`)],
  ['theReader.read = async function* () { yield "abc" }', read(`item 1 of ${FILE} is "abc", where { raw } is due`)],
  ['theReader.read = async function* () { yield { text: "1" } }', read(`item 1 of ${FILE} is {"text":"1"}, where { raw } is due`)],
  [
    'theReader.read = async function* () { yield { raw: "1" }; throw new TypeError("it is torn") }',
    ['READING_FAILED', `read of "their-reader" failed at ${FILE}: it is torn`],
  ],
  [
    'theReader.read = () => { throw new TypeError("it is torn") }',
    ['READING_FAILED', `read of "their-reader" failed at ${FILE}: it is torn`],
  ],
  ['theEvaluator.report = () => undefined', report('nothing, where measures by their names are due')],
  ['theEvaluator.report = () => 5', report('5, where measures by their names are due')],
  ['theEvaluator.report = async () => [5]', report('[5], where measures by their names are due')],
  ['theEvaluator.report = () => new Map([["count", 5]])', report('{}, where measures by their names are due')],
  ['theEvaluator.report = () => ({ count: "5" })', report('its "count" is "5", and must be a number')],
  ['theEvaluator.report = () => ({ one: 1, all: { count: 5 } })', report('its "all" is {"count":5}, and must be a number')],
  ['theEncoder.context = "long"', encode(`its "context" is "long", ${LIMIT}`)],
  ['theEncoder.context = 0', encode(`its "context" is 0, ${LIMIT}`)],
  ['theEncoder.start = -1', encode('its "start" is -1, and must be an id')],
  ['theEncoder.stop = 5', encode('its "stop" is 5, and must list ids')],
  ['theEncoder.stop = [5, "."]', encode('its "stop" is [5,"."], and must list ids')],
  ['theSampler.sample = () => undefined', sample('nothing, where { inputIds } is due')],
  ['theSampler.sample = async () => 7', sample('7, where { inputIds } is due')],
  ['theSampler.sample = () => ({ ids: [] })', sample('"inputIds" is nothing, and must list an Int32Array a row')],
  ["theSampler.sample = () => ({ inputIds: ['7'] })", sample('the tokens of row 0 are no Int32Array')],
  ['theSampler.sample = () => ({ inputIds: [Int32Array.of(10)] })', sample('row 0 reads the id 10, and those predicted go from 0 to 9')],
  ['theSampler.sample = () => ({ inputIds: [Int32Array.of(-1)] })', sample('row 0 reads the id -1, and those predicted go from 0 to 9')],
  ['theSampler.sample = () => ({ inputIds: [Int32Array.of(1)], emitted: [1] })', sample('"emitted" is [1], and must be an Int32Array')],
  [
    'theSampler.sample = () => ({ inputIds: [Int32Array.of(1)], emitted: Int32Array.of(12) })',
    sample('it emits the id 12, and those predicted go from 0 to 9'),
  ],
  ['theSampler.sample = () => ({ inputIds: [new Int32Array(0)] })', sample('no row reads on, nothing is emitted, and it is not "done"')],
  ['theSampler.sample = () => ({ inputIds: [], parents: [] })', sample('no row reads on, nothing is emitted, and it is not "done"')],
  ['theSampler.release = () => { throw new TypeError("it is gone") }', ['STAGE_FAILED', 'release of "their-sampler" failed: it is gone']],
  [
    'theSampler.release = async () => { throw new TypeError("it is gone") }',
    ['STAGE_FAILED', 'release of "their-sampler" failed: it is gone'],
  ],
])('%s: the error names whose fault it is', async (wrong, [code, message]) => {
  await expect(evaluated(wrong)).rejects.toMatchObject({ name: 'StagewrightError', code, message });
});

test('special tokens are held to the same, and what rows are conditioned on', async () => {
  const set = { 'generate.special_tokens': true };
  await expect(evaluated('theTokenizer.special = () => [1]', { set })).rejects.toThrow(
    'special of "their-tokenizer" returned the wrong shape',
  );
  const given = 'theTokenizer.given = { vocabulary: 0, fingerprint: 5 }';
  await expect(evaluated(given)).rejects.toThrow('its "fingerprint" is 5, and must be a text');
});

test('a measure that is not a number stands in the evaluation, and a warning names it; an infinite one is one', async () => {
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  onTestFinished(() => emit.mockRestore());
  const measures = { loss: Number.NaN, perplexity: Number.POSITIVE_INFINITY };
  expect(await evaluated('theEvaluator.report = () => ({ loss: NaN, perplexity: Infinity })')).toEqual({ 'their-evaluator': measures });
  const message = expect.stringMatching(/^"loss" of "their-evaluator" is not a number/);
  expect(emit.mock.calls).toEqual([[message, { type: 'StagewrightWarning', code: 'MEASURE_NAN' }]]);
});
