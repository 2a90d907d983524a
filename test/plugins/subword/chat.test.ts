import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { open } from '../../../plugins/subword/files/open.ts';
import { SubwordTokenizer } from '../../../plugins/subword/subword-tokenizer.ts';

const folder = await mkdtemp(join(tmpdir(), 'chat-'));
afterAll(() => rm(folder, { recursive: true }));

const letters = [...'<s>/abcdefghijklmnopqrtuvwxyz \n'].filter((letter, i, all) => all.indexOf(letter) === i);
const spec = {
  added_tokens: ['<s>', '</s>'].map((content, i) => ({ id: letters.length + i, content, special: true, normalized: false })),
  model: { type: 'BPE', vocab: Object.fromEntries(letters.map((letter, id) => [letter, id])), merges: [] },
  decoder: { type: 'Fuse' },
};
const template =
  "{{ bos_token }}{% for m in messages %}{{ m['role'] }} {{ m.content | trim }}{{ eos_token }}\n{% endfor %}{% if tools %}tools {{ tools[0] }}\n{% endif %}{% if add_generation_prompt %}bot {% endif %}";

const withTemplate = async (chat_template?: unknown, files: Readonly<Record<string, string>> = {}): Promise<SubwordTokenizer> => {
  await rm(folder, { recursive: true });
  await mkdir(join(folder, 'additional_chat_templates'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(spec));
  await writeFile(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({ bos_token: '<s>', eos_token: { content: '</s>' }, chat_template }),
  );
  return new SubwordTokenizer('chat', open(folder));
};
const messages = [
  { role: 'user', content: ' who is it ' },
  { role: 'bot', content: 'me' },
];

describe('chat templates', () => {
  it('spell a conversation, special tokens and all', async () => {
    const tokenizer = await withTemplate(template);
    const text = tokenizer.chat(messages);
    expect(text).toBe('<s>user who is it</s>\nbot me</s>\nbot ');
    expect(tokenizer.chat(messages, { add_generation_prompt: false })).toBe('<s>user who is it</s>\nbot me</s>\n');
    expect(tokenizer.chat([], { variables: { tools: ['x'] } })).toBe('<s>tools x\nbot ');
    const { ids } = tokenizer.encode(text, { allow: 'all', special: false });
    expect([...ids].filter((id) => id >= letters.length)).toEqual([letters.length, letters.length + 1, letters.length + 1]);
  });

  it('may be one of several, another, kept with the model, absent or wrong', async () => {
    const several = await withTemplate([
      { name: 'tool', template: 'no' },
      { name: 'default', template: 'yes {{ messages[0].role }}' },
    ]);
    expect(several.chat(messages)).toBe('yes user');
    expect(several.chat(messages, { template: '{{ messages | length }}' })).toBe('2');
    const model = await mkdtemp(join(tmpdir(), 'model-'));
    await several.save(model);
    const copy = new SubwordTokenizer('copy');
    await copy.load(model);
    expect(copy.chat(messages)).toBe('yes user');
    await rm(model, { recursive: true });
    expect(() => several.chat(messages, { template: '{% for %}' })).toThrow(expect.objectContaining({ code: 'BAD_TEMPLATE' }));
    expect(() => several.chat(messages, { template: "{{ raise_exception('no system turn') }}" })).toThrow('no system turn');
    expect((await withTemplate()).engine.compiled.chatTemplates).toEqual({});
    const none = await withTemplate();
    expect(() => none.chat(messages)).toThrow(expect.objectContaining({ code: 'NO_TEMPLATE' }));
    await expect(withTemplate(5)).rejects.toMatchObject({ code: 'BAD_FIELD' });
  });

  it('are taken from files of their own before the configuration, and chosen by name', async () => {
    const jinja = { 'chat_template.jinja': 'file {{ messages | length }}' };
    expect((await withTemplate(undefined, jinja)).chat(messages)).toBe('file 2');
    expect((await withTemplate('old', jinja)).chat(messages)).toBe('file 2');
    const json = { 'chat_template.json': JSON.stringify({ chat_template: 'json' }) };
    expect((await withTemplate('old', json)).chat(messages)).toBe('json');
    expect((await withTemplate('old', { ...json, ...jinja })).chat(messages)).toBe('file 2');
    const several = await withTemplate({ default: 'old', rag: 'rag' }, { ...jinja, 'additional_chat_templates/tool_use.jinja': 'tools' });
    const model = await mkdtemp(join(tmpdir(), 'model-'));
    await several.save(model);
    const copy = new SubwordTokenizer('copy');
    await copy.load(model);
    for (const tokenizer of [several, copy]) {
      expect(tokenizer.chat(messages)).toBe('file 2');
      expect(tokenizer.chat(messages, { template: 'rag' })).toBe('rag');
      expect(tokenizer.chat(messages, { template: 'tool_use' })).toBe('tools');
      expect(tokenizer.chat(messages, { variables: { tools: [] } })).toBe('tools');
      expect(tokenizer.chat(messages, { template: 'default', variables: { tools: [] } })).toBe('file 2');
      expect(() => tokenizer.chat(messages, { template: 'other' })).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_TEMPLATE', message: expect.stringContaining('it has default, rag, tool_use') }),
      );
    }
    await rm(model, { recursive: true });
    expect((await withTemplate({ only: 'one' })).chat(messages)).toBe('one');
    const two = await withTemplate({ one: '1', two: '2' });
    expect(() => two.chat(messages)).toThrow(expect.objectContaining({ code: 'UNKNOWN_TEMPLATE' }));
    await expect(withTemplate([{ name: 'default' }])).rejects.toMatchObject({
      code: 'BAD_FIELD',
      message: expect.stringContaining('[0].template'),
    });
    await expect(withTemplate(undefined, { 'chat_template.json': '[]' })).rejects.toMatchObject({ code: 'BAD_FIELD' });
  });

  it('are told that there are no tools and no documents, and whatever else they ask for', async () => {
    const tokenizer = await withTemplate();
    const said = (template: string, variables: Readonly<Record<string, unknown>> = {}) => tokenizer.chat(messages, { template, variables });
    expect(said('{{ tools is none }} {{ documents is none }} {{ tools is defined }} {{ other is defined }}')).toBe('True True True False');
    expect(said('{{ tools is none }} {{ documents[0].title }}', { tools: [{}], documents: [{ title: 'T' }] })).toBe('False T');
    expect(said('{{ bos_token }}|{{ pad_token }}|{{ add_generation_prompt }}|{{ mood }}', { mood: 'calm' })).toBe('<s>||True|calm');
    expect(
      said('{% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}'),
    ).toBe('023');
    expect(said('{% set ns = namespace(n=0) %}{% for i in range(2, 8, 2) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}')).toBe('12');
    expect(said('{{ range(3, 0, -1) | list | tojson }}{{ {"a": [1, "é"]} | tojson(indent=1) }}')).toBe(
      '[3, 2, 1]{\n "a": [\n  1,\n  "é"\n ]\n}',
    );
    expect(said('{{ strftime_now("%Y") }}')).toBe(String(new Date().getFullYear()));
    expect(() => said('{{ f }}', { f: () => 1 })).toThrow(
      expect.objectContaining({ code: 'BAD_TEMPLATE', message: expect.stringContaining('plain data') }),
    );
  });

  it('spell a thousand turns', async () => {
    const turns = Array.from({ length: 1000 }, (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'bot',
      content: `turn ${i} ${'word '.repeat(100)}`,
    }));
    const text = (await withTemplate(template)).chat(turns);
    expect(text.split('\n')).toHaveLength(1001);
    expect(text.endsWith(`${'word '.repeat(100).trimEnd()}</s>\nbot `)).toBe(true);
  });

  it.each([
    [
      'a loop without end',
      '{% for i in range(99999) %}{% for j in range(99999) %}{% for k in range(99999) %}{% endfor %}{% endfor %}{% endfor %}',
      'TEMPLATE_STOPPED',
    ],
    [
      'ever more text',
      '{% for i in range(99999) %}{% for j in range(99999) %}{{ messages[0].content }}{% endfor %}{% endfor %}',
      'TEMPLATE_STOPPED',
    ],
    ['a range without end', '{% for i in range(1000000000) %}x{% endfor %}', 'BAD_TEMPLATE'],
    [
      'a text that doubles',
      '{% set ns = namespace(a="xx") %}{% for i in range(60) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}{{ ns.a }}',
      'BAD_TEMPLATE',
    ],
    [
      'a list that doubles',
      '{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = ns.a + ns.a %}{% endfor %}',
      'BAD_TEMPLATE',
    ],
    [
      'many long texts',
      '{% set ns = namespace(a="xx", b=[]) %}{% for i in range(18) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}{% for i in range(9999) %}{% set ns.b = ns.b + [ns.a ~ i] %}{% endfor %}',
      'BAD_TEMPLATE',
    ],
    ['brackets without end', `{{ ${'('.repeat(100_000)}1${')'.repeat(100_000)} }}`, 'BAD_TEMPLATE'],
    ['a macro that calls itself', '{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}', 'BAD_TEMPLATE'],
  ])('that a stranger wrote, with %s, end in an error, and the next one runs', { timeout: 60_000 }, async (_what, hostile, code) => {
    const tokenizer = await withTemplate('{{ messages[0].role }}');
    expect(() => tokenizer.chat(messages, { template: hostile, seconds: 1 })).toThrow(expect.objectContaining({ code }));
    expect(tokenizer.chat(messages)).toBe('user');
  });
});
