import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { getLanguageService, type MarkupContent, TextDocument } from 'vscode-json-languageservice';

const schema = JSON.parse(readFileSync(new URL('../../../schemas/pipeline.schema.json', import.meta.url), 'utf8'));
const service = getLanguageService({
  schemaRequestService: async (uri) => readFileSync(new URL(uri), 'utf8'),
  workspaceContext: { resolveRelativePath: (path, resource) => new URL(path, resource).href },
});
service.configure({ validate: true, schemas: [{ uri: 'pipeline', fileMatch: ['*'], schema }] });

/** A document and the place of the mark `|` in it. */
const marked = (text: string) => {
  const document = TextDocument.create(new URL('../../../pipelines/mine.json', import.meta.url).href, 'json', 1, text.replace('|', ''));
  return { document, json: service.parseJSONDocument(document), at: document.positionAt(text.indexOf('|')) };
};

const completions = async (text: string): Promise<string[]> => {
  const { document, json, at } = marked(text);
  return (await service.doComplete(document, at, json))!.items.map(({ label }) => label);
};

const hover = async (text: string): Promise<string> => {
  const { document, json, at } = marked(text);
  const contents = (await service.doHover(document, at, json))?.contents;
  return [contents]
    .flat()
    .map((one) => (typeof one === 'string' ? one : ((one as MarkupContent | undefined)?.value ?? '')))
    .join('\n');
};

const squiggles = async (text: string): Promise<string[]> => {
  const { document, json } = marked(`${text}|`);
  const found = await service.doValidation(document, json);
  return found.map(({ range, message }) => `${document.getText(range)}: ${message}`);
};

const pipeline = (stages: string, rest = ''): string => `{ "name": "x", "stages": { ${stages} }${rest} }`;
const rest = '"backend": "ngram", "sample": "greedy"';

describe('completion in an editor', () => {
  test.each<[string, string, string[]]>([
    ['the keys of a pipeline', '{ | }', ['name', 'data', 'stages', 'backends', 'generate', 'evaluate', 'tests', 'seed', 'plugins']],
    ['the keys of its stages', pipeline('|'), ['tokenize', 'backend', 'encode', 'attend', 'decode', 'sample', 'evaluate']],
    ['tokenizers', pipeline(`"tokenize": |, ${rest}`), ['"bytes"', '"characters"', '"words"']],
    ['backends', pipeline('"tokenize": "bytes", "backend": |'), ['"ngram"']],
    ['samplers by use', pipeline('"tokenize": "bytes", "backend": "ngram", "sample": { "use": | }'), ['"greedy"', '"sampling"']],
    [
      "a sampler's settings",
      pipeline('"sample": { "use": "sampling", "with": { | } }'),
      ['temperature', 'top_k', 'top_p', 'min_p', 'repetition_penalty'],
    ],
    ["a tokenizer's settings", pipeline('"tokenize": { "use": "words", "with": { | } }'), ['lowercase', 'punctuation', 'min_count']],
    ['a choice among words', pipeline('"tokenize": { "use": "words", "with": { "punctuation": | } }'), ['"keep"', '"split"']],
    ['measures in a list', pipeline(`"tokenize": "bytes", ${rest}, "evaluate": [ | ]`), ['"likelihood"', '"diversity"']],
    ['the entries of backends', pipeline(rest, ', "backends": { | }'), ['ngram']],
    ["a backend's settings", pipeline(rest, ', "backends": { "ngram": { "with": { | } } }'), ['order', 'smoothing']],
    ['what a backend of another name uses', pipeline(rest, ', "backends": { "mine": { "use": | } }'), ['"ngram"']],
    ['the keys of data', '{ "data": { | } }', ['train', 'valid', 'shuffle', 'rows', 'read']],
    ['what a row is', '{ "data": { "rows": | } }', ['"lines"', '"document"']],
    ['readers', '{ "data": { "read": | } }', ['"text"', '"jsonl"', '"csv"']],
    ['the tests of a pipeline', '{ "tests": { | } }', ['examples', 'measures', 'laws']],
  ])('%s', async (_, text, labels) => expect(await completions(text)).toEqual(expect.arrayContaining(labels)));

  test("another stage's settings are not offered", async () => {
    const found = await completions(pipeline('"sample": { "use": "greedy", "with": { | } }'));
    expect(found).not.toContain('temperature');
  });
});

describe('descriptions in an editor', () => {
  test.each([
    ['a setting', pipeline('"sample": { "use": "sampling", "with": { "temp|erature": 1 } }'), /Logits are divided by it/],
    ["a backend's setting", pipeline(rest, ', "backends": { "ngram": { "with": { "or|der": 5 } } }'), /from 1 to 6/],
    ['a name', pipeline(`"tokenize": "wo|rds", ${rest}`), /A text word by word|tokenize/],
    ['a key', '{ "se|ed": 7 }', /Of all luck/],
  ])('%s', async (_, text, about) => expect(await hover(text)).toMatch(about));
});

describe('squiggles in an editor', () => {
  test.each([
    [
      'an unknown key',
      pipeline('"tokenize": "bytes", "backend": "ngram", "sample": { "use": "sampling", "with": { "topP": 1 } }'),
      /^"topP": .*not allowed/,
    ],
    [
      'a value out of range',
      pipeline(`"tokenize": "bytes", ${rest}`, ', "backends": { "ngram": { "with": { "order": 9 } } }'),
      /^9: .*maximum/,
    ],
    ['a wrong type', pipeline(`"tokenize": "bytes", ${rest}`, ', "seed": "many"'), /^"many": .*Expected "integer"/],
    ['a missing key', '{ "name": "x" }', /Missing property "stages"/],
    ['a wrong name', pipeline(`"tokenize": "charcters", ${rest}`), /^"charcters"/],
  ])('%s', async (_, text, message) => {
    const found = await squiggles(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  test.each(['quickstart', 'ngram-text'])('none in %s', async (name) => {
    expect(await squiggles(readFileSync(new URL(`../../../pipelines/${name}.json`, import.meta.url), 'utf8'))).toEqual([]);
  });
});
