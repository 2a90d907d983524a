import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

const withTemplate = async (chat_template?: unknown): Promise<SubwordTokenizer> => {
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
    expect((await withTemplate()).engine.compiled.chatTemplate).toBeUndefined();
    const none = await withTemplate();
    expect(() => none.chat(messages)).toThrow(expect.objectContaining({ code: 'NO_TEMPLATE' }));
    await expect(withTemplate(5)).rejects.toMatchObject({ code: 'BAD_FIELD' });
  });
});
