import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { open } from '../../../core/index.ts';
import type { Subwords } from '../../../plugins/subword/public.ts';
import { workplace } from '../../core/pipeline/workplace.ts';

/** Letters are ids 0 to 15, and special tokens 16 to 18; "ab" is 19. */
const setup = async (): Promise<string> => {
  const token = (content: string, at: number) => ({
    id: 16 + at,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const vocab = { ...Object.fromEntries([...'abcdefghijklmnop'].map((letter, id) => [letter, id])), ab: 19 };
  return workplace({
    'tokenizer.json': {
      version: '1.0',
      added_tokens: ['<s>', '<u>', '<a>'].map(token),
      decoder: { type: 'Fuse' },
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
        pair: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '<u>', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
        special_tokens: Object.fromEntries(['<s>', '<u>'].map((id, at) => [id, { id, ids: [16 + at], tokens: [id] }])),
      },
      model: { type: 'BPE', vocab, merges: ['a b'] },
    },
    'chat_template.jinja':
      '{% for m in messages %}<{{ m.role[0] }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<a>{% endif %}',
  });
};

const list = (ids: Iterable<number>): number[] => [...ids];

describe('what READMEs promise of a tokenizer is reached from a pipeline', () => {
  it('that reads the files of others', async () => {
    const folder = await setup();
    await using pipeline = await open(
      { name: 'theirs', stages: { tokenize: { use: 'tokenizer', with: { from: folder } }, backend: 'ngram', sample: 'greedy' } },
      { models: join(folder, 'models') },
    );
    const tokenizer = await pipeline.tokenizer<Subwords>();

    const messages = [{ role: 'user', content: 'cab' }];
    const asked = tokenizer.chat(messages);
    expect(asked).toBe('<u>cab<a>');
    expect(tokenizer.chat(messages, { add_generation_prompt: false })).toBe('<u>cab');
    expect(tokenizer.chat(messages, { template: '{{ messages[0].content }}!{{ n }}', variables: { n: 3 } })).toBe('cab!3');
    expect(list(tokenizer.special(asked))).toEqual([17, 2, 19, 18]);
    expect(() => tokenizer.chat(messages, { template: 'absent' })).toThrow(expect.objectContaining({ code: 'UNKNOWN_TEMPLATE' }));

    const { ids, spans, special } = tokenizer.encode('cabd');
    expect([list(ids), list(spans), list(special)]).toEqual([
      [16, 2, 19, 3],
      [0, 0, 0, 1, 1, 3, 3, 4],
      [1, 0, 0, 0],
    ]);
    expect(tokenizer.detokenize(ids)).toBe('cabd');
    expect(tokenizer.offsets('cab')).toEqual([
      { id: 2, name: 'c', start: 0, end: 1 },
      { id: 19, name: 'ab', start: 1, end: 3 },
    ]);
    const padding = { direction: 'Right', pad_id: 16, pad_type_id: 0, pad_token: '<s>', strategy: 'BatchLongest' };
    const batch = tokenizer.encodeBatch([['ab', 'c'], 'd'], { padding: padding as never });
    expect(batch.map((one) => [list(one.ids), list(one.types), list(one.attention)])).toEqual([
      [
        [19, 17, 2],
        [0, 0, 1],
        [1, 1, 1],
      ],
      [
        [16, 3, 16],
        [0, 0, 0],
        [1, 1, 0],
      ],
    ]);

    const texts = Array.from({ length: 50 }, (_, i) => 'cab'.repeat(i));
    const rows = await tokenizer.tokenizeAll(texts, { threads: 2 });
    expect(rows.map(list)).toEqual(texts.map((_, i) => Array.from({ length: 2 * i }, (_, at) => (at % 2 === 0 ? 2 : 19))));
    await expect(tokenizer.tokenizeAll(texts, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('that was learned, trained just now or loaded', async () => {
    const folder = await workplace({ 'rows.txt': 'the cat sat on the mat\n'.repeat(40) });
    const source = {
      name: 'learned',
      data: { train: join(folder, 'rows.txt') },
      stages: { tokenize: { use: 'bpe', with: { vocabulary: 280 } }, backend: 'ngram', sample: 'greedy' },
    };
    const seen: unknown[] = [];
    for (const trained of [true, false]) {
      await using pipeline = await open(source, { models: join(folder, 'models') });
      const tokenizer = await pipeline.tokenizer<Subwords>();
      expect((await pipeline.ready()).trained).toBe(trained);
      const { ids, spans } = tokenizer.encode('the mat', { special: false });
      expect(list(ids)).toEqual(list(tokenizer.tokenize('the mat')));
      const parts = tokenizer.offsets('the mat');
      expect(list(spans)).toEqual(parts.flatMap(({ start, end }) => [start, end]));
      expect(parts.map(({ start, end }) => 'the mat'.slice(start, end)).join('')).toBe('the mat');
      expect(list((await tokenizer.tokenizeAll(['the mat', '']))[0]!)).toEqual(list(ids));
      expect(tokenizer.chat([{ role: 'user', content: 'hi' }], { template: '{{ messages[0].content }}' })).toBe('hi');
      expect(() => tokenizer.chat([{ role: 'user', content: 'hi' }])).toThrow(expect.objectContaining({ code: 'NO_TEMPLATE' }));
      seen.push(list(ids));
    }
    expect(seen[1]).toEqual(seen[0]);
  });
});
