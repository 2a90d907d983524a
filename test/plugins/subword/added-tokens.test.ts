import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { afterAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../plugins/subword/engine/engine.ts';
import { open } from '../../../plugins/subword/files/open.ts';
import { bareJson, drawn } from './rust.ts';

const folder = await mkdtemp(join(tmpdir(), 'added-'));
afterAll(() => rm(folder, { recursive: true }));

const made = async (json: string): Promise<{ ours: Engine; rust: RustTokenizer }> => {
  const path = join(folder, 'tokenizer.json');
  await writeFile(path, json);
  return { ours: new Engine(open(path).compiled), rust: RustTokenizer.fromString(json) };
};

const letters = ['<unk>', '▁', ...'lowcLOWCé'];
const model = {
  type: 'BPE',
  dropout: null,
  unk_token: '<unk>',
  continuing_subword_prefix: null,
  end_of_word_suffix: null,
  fuse_unk: true,
  byte_fallback: false,
  vocab: Object.fromEntries(letters.map((letter, id) => [letter, id])),
  merges: [],
};
const spelled = [
  { type: 'Prepend', prepend: '▁' },
  { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
];
const normalizers = [
  null,
  { type: 'Sequence', normalizers: spelled },
  { type: 'Lowercase' },
  { type: 'Sequence', normalizers: [{ type: 'NFD' }, { type: 'StripAccents' }, { type: 'Lowercase' }, ...spelled] },
  { type: 'Sequence', normalizers: [{ type: 'Strip', strip_left: true, strip_right: true }, ...spelled] },
];
const decoder = {
  type: 'Sequence',
  decoders: [
    { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
    { type: 'ByteFallback' },
    { type: 'Fuse' },
    { type: 'Strip', content: ' ', start: 1, stop: 0 },
  ],
};
const kinds = [
  {},
  { lstrip: true },
  { rstrip: true },
  { lstrip: true, rstrip: true },
  { single_word: true },
  { special: true },
  { normalized: false },
];

describe('added tokens', () => {
  it.each(normalizers.flatMap((normalizer) => kinds.map((kind) => [normalizer, kind] as const)))(
    'under %j, %j: found and spelled as the Rust original finds and spells them',
    async (normalizer, kind) => {
      const added_tokens = ['cccc', 'WÉL', 'o o'].map((content, i) => ({
        id: letters.length + i,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: true,
        special: false,
        ...kind,
      }));
      const { ours, rust } = await made(bareJson({ added_tokens, normalizer, decoder, model }));
      for (const text of drawn([...'lowc  L', 'cccc', 'CCCC', 'WÉL', 'wél', 'wel', 'o o', ' cccc '], 300, 8)) {
        const theirs = await rust.encode(text, null, { addSpecialTokens: false });
        const ids = ours.tokenize(text, 'all');
        expect([...ids], text).toEqual(theirs.getIds());
        expect(ours.detokenize(ids, { special: true }), text).toBe(await rust.decode(theirs.getIds(), false));
      }
    },
  );
});
