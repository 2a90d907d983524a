import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { open } from '../../plugins/subword/files/open.ts';
import { SubwordTokenizer } from '../../plugins/subword/subword-tokenizer.ts';
import { absent, parting, readText, why } from '../plugins/subword/texts.ts';

const home = await mkdtemp(join(tmpdir(), 'sentencepiece-'));
afterAll(() => rm(home, { recursive: true }));

/** Lines as SentencePiece's own program encodes them. */
const theirs = (model: string, file: string): number[][] =>
  execFileSync('spm_encode', [`--model=${model}`, '--output_format=id', `--input=${file}`], { maxBuffer: 1 << 28 })
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').filter(Boolean).map(Number));

describe.skipIf(absent)(`models of Debian's spm_train${why}`, () => {
  it.each([
    ['unigram', []],
    ['unigram', ['--byte_fallback=true', '--character_coverage=0.98']],
    ['unigram', ['--normalization_rule_name=identity', '--remove_extra_whitespaces=false', '--add_dummy_prefix=false']],
    ['unigram', ['--normalization_rule_name=nfkc_cf', '--user_defined_symbols=<sep>,the', '--control_symbols=<cls>', '--pad_id=3']],
    ['bpe', []],
    ['bpe', ['--byte_fallback=true', '--character_coverage=0.98', '--split_digits=true']],
    ['char', []],
  ] as const)('%s %j: the same ids, line by line', async (type, more) => {
    const folder = await mkdtemp(join(home, 'model-')); // what is saved beside a model says what its tokens are
    const [input, unseen, model] = ['train.txt', 'unseen.txt', 'model'].map((name) => join(folder, name)) as [string, string, string];
    const lines = ['plays', 'pairs', 'japanese'] as const;
    await writeFile(input, lines.map((name) => readText(name, 200_000)).join('\n'));
    execFileSync(
      'spm_train',
      [`--input=${input}`, `--model_prefix=${model}`, '--vocab_size=4000', `--model_type=${type}`, '--hard_vocab_limit=false', ...more],
      {
        stdio: 'ignore',
      },
    );
    const text = [...lines, 'novel' as const]
      .map((name) => readText(name, 400_000).slice(-60_000))
      .join('\n')
      .split('\n')
      .map((line) => line.replaceAll('\r', ''));
    await writeFile(unseen, `${text.join('\n')}\n`);
    const tokenizer = new SubwordTokenizer('model', open(`${model}.model`));
    const expected = theirs(`${model}.model`, unseen);
    expect(expected).toHaveLength(text.length);
    text.forEach((line, i) => {
      expect(parting(tokenizer.tokenize(line), expected[i]!), line).toBeUndefined();
    });
    await tokenizer.save(folder);
    expect(JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')).model.type).toBe(type === 'unigram' ? 'Unigram' : 'BPE');
    const again = new SubwordTokenizer('again');
    await again.load(folder);
    expect(again.fingerprint).toBe(tokenizer.fingerprint);
  });
});
