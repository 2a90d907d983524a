import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { afterAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../plugins/subword/engine/engine.ts';
import { open } from '../../../plugins/subword/files/open.ts';
import { bareBpe, bareJson } from './rust.ts';

const folder = mkdtempSync(join(tmpdir(), 'details-'));
afterAll(() => rmSync(folder, { recursive: true }));

const model = { ...bareBpe, vocab: Object.fromEntries([...'▁ab \ncd'].map((letter, id) => [letter, id])) };
const both = (parts: object) => {
  const json = bareJson({ model, ...parts });
  const path = join(folder, 'tokenizer.json');
  writeFileSync(path, json);
  return { rust: RustTokenizer.fromString(json), ours: new Engine(open(path).compiled) };
};
const token = (id: number, more: object) => ({
  id,
  content: `s${id}`,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: false,
  ...more,
});

const agree = async (parts: object, texts: readonly string[], spans = true): Promise<void> => {
  const { rust, ours } = both(parts);
  for (const text of texts) {
    const theirs = await rust.encode(text, null, { addSpecialTokens: false });
    expect([...ours.tokenize(text, 'all')], JSON.stringify(text)).toEqual(theirs.getIds());
    expect([...ours.locate(text, 'all').ids], JSON.stringify(text)).toEqual(theirs.getIds());
    if (spans) expect([...ours.locate(text, 'all').spans], JSON.stringify(text)).toEqual(theirs.getOffsets().flat());
  }
};

describe('as the Rust original has it', () => {
  it.each([
    { type: 'Strip', strip_left: true, strip_right: true },
    { type: 'Replace', pattern: { String: ' ' }, content: '' },
    { type: 'StripAccents' },
    { type: 'Prepend', prepend: 'b' },
  ])('what %j takes from the beginning, Metaspace does not find there', async (normalizer) => {
    const pre_tokenizer = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false };
    await agree(
      { normalizer, pre_tokenizer },
      ['  a b', 'a b ', ' a', '', '\u0301a b', 'a', 'a\u0301 b'].filter(
        (text) => normalizer.type === 'StripAccents' || !/\u0301/.test(text),
      ),
    );
  });

  it.each([{ rstrip: true }, { rstrip: true, normalized: true }, { lstrip: true }, { lstrip: true, rstrip: true }])(
    'a line feed that is a token, %j, is found in the white space that another took',
    async (more) => {
      await agree({ added_tokens: [token(20, { content: '\n', ...more })] }, ['a\n\n b', 'a\n \n\nb', '\n', '\n\n', 'a\n b', ' \n \n']);
    },
  );

  const template = (id: number, two: boolean) => {
    const put = { SpecialToken: { id: `s${id}`, type_id: 0 } };
    const [a, b] = ['A', 'B'].map((name, type_id) => ({ Sequence: { id: name, type_id } }));
    return {
      type: 'TemplateProcessing',
      single: [put, a],
      pair: two ? [put, a, b, put] : [a, b],
      special_tokens: { [`s${id}`]: { id: `s${id}`, ids: [id], tokens: [`s${id}`] } },
    };
  };
  const bert = { type: 'BertProcessing', sep: ['s11', 11], cls: ['s12', 12] };
  const roberta = { type: 'RobertaProcessing', sep: ['s13', 13], cls: ['s14', 14], trim_offsets: true, add_prefix_space: true };
  const bytes = { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true };
  const added_tokens = [8, 9, 11, 12, 13, 14].map((id) => token(id, { special: true }));
  const around = (processors: readonly object[], pair: boolean) => {
    const { rust, ours } = both({ post_processor: { type: 'Sequence', processors }, added_tokens });
    const slots = pair ? ours.template.pair : ours.template.single;
    const ids = slots.flatMap((slot) => ('ids' in slot ? slot.ids : [slot.sequence + 1]));
    return { theirs: rust.encode('a', pair ? 'b' : null, { addSpecialTokens: true }), ids, types: slots.map(({ type }) => type) };
  };

  it.each([
    [[template(8, false), template(9, false)], false],
    [[template(8, false), template(9, true)], false],
    [[template(8, false), template(9, false)], true],
    [[bert, template(9, true)], false],
    [[bert, template(9, true)], true],
    [[template(8, false), bert], false],
    [[roberta, template(9, true)], true],
    [[template(8, false), roberta], false],
    [[bytes, template(9, true)], true],
    [[bert, roberta], true],
  ] as const)('processors one after another each go on from what the last one made: %#', async (processors, pair) => {
    const { theirs, ids, types } = around(processors, pair);
    expect(ids).toEqual((await theirs).getIds());
    expect(types).toEqual((await theirs).getTypeIds());
  });

  it('a processor of one text or two does not follow what makes three parts', () => {
    const processors = [template(8, true), template(9, true)];
    expect(() => both({ post_processor: { type: 'Sequence', processors }, added_tokens })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining('4 parts') }),
    );
  });

  const vocab = { '<unk>': 0, a: 1, b: 2, ' ': 3, '##b': 4 };
  const X = (more: object) => token(5, { content: 'X', special: true, ...more });
  it.each([
    ['BPE', { vocab }, {}],
    ['BPE', { vocab, ignore_merges: true }, {}],
    ['WordPiece', { vocab, max_input_chars_per_word: 9, continuing_subword_prefix: '##' }, {}],
    ['WordLevel', { vocab }, { pre_tokenizer: { type: 'WhitespaceSplit' } }],
    ['Unigram', { vocab: Object.keys(vocab).map((text) => [text, -1]), unk_id: 0 }, {}],
  ])('the model %s has its own tokens alone: an added one that is not found in a text is unknown to it', async (type, own, more) => {
    const parts = { model: { ...model, type, unk_token: '<unk>', ...own }, ...more };
    for (const added of [X({ single_word: true }), X({ single_word: true, special: false })])
      await agree({ ...parts, added_tokens: [added] }, ['a X b', 'aX b', 'aXb', 'Xa', 'X', 'ab'], false);
    const { rust, ours } = both({ ...parts, added_tokens: [X({})] });
    const { rust: plain } = both(parts);
    expect((await rust.encode('aXb', null, { addSpecialTokens: false })).getIds()).toContain(5);
    for (const text of ['a X b', 'aXb', 'X']) {
      const ids = (await plain.encode(text, null, { addSpecialTokens: false })).getIds();
      expect([...ours.tokenize(text)]).toEqual(ids);
      expect([...ours.locate(text).ids]).toEqual(ids);
    }
  });

  it('a merge is of tokens of the model', () => {
    const merges = ['a X'];
    const added_tokens = [token(12, { content: 'X' }), token(13, { content: 'aX' })];
    expect(() => RustTokenizer.fromString(bareJson({ model: { ...model, merges }, added_tokens }))).toThrow();
    expect(() => both({ model: { ...model, merges }, added_tokens })).toThrow();
  });

  it('a letter that is special in the vocabulary is unknown where it may not be found', () => {
    const parts = { model: { ...model, vocab: { ...vocab, X: 5 }, unk_token: '<unk>' }, added_tokens: [X({})] };
    expect([...both(parts).ours.tokenize('aXb')]).toEqual([1, 0, 2]);
    expect([...both(parts).ours.tokenize('aXb', 'all')]).toEqual([1, 5, 2]);
  });
});
