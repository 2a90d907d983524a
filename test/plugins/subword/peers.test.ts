import { Tokenizer as JsTokenizer } from '@huggingface/tokenizers';
import { encode as cl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as r50k } from 'gpt-tokenizer/encoding/r50k_base';
import { get_encoding, type TiktokenEncoding } from 'tiktoken';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../../plugins/subword/engine/engine.ts';
import { open } from '../../../plugins/subword/files/open.ts';
import { absent, parting, readText, textNames, tokenizerFile, tokenizerJson, why } from './texts.ts';

/** Code units of each text; the deep tier reads all of it. */
const MOST = process.env.STAGEWRIGHT_DEEP ? Number.POSITIVE_INFINITY : 30_000;
const texts = absent ? [] : textNames.map((name) => [name, readText(name, MOST)] as const);

const once = <T>(make: (name: string) => T) => {
  const made = new Map<string, T>();
  return (name: string): T => {
    const one = made.get(name) ?? make(name);
    made.set(name, one);
    return one;
  };
};
const ours = once((name) => new Engine(open(tokenizerFile(name)).compiled));
const original = once((name) => RustTokenizer.fromString(tokenizerJson(name)));

/** Texts in which @huggingface/tokenizers has other ids than the Rust original, which we follow. */
const alone: Readonly<Record<string, readonly string[]>> = { 't5-small': ['japanese'] };

const kinds = ['gpt2', 'roberta-base', 'bert-base-uncased', 'bert-base-cased', 't5-small', 'falcon', 'clip'];

describe.skipIf(absent)(`the ids of real tokenizers on real texts${why}`, () => {
  it.each(kinds)('%s: those of the Rust original, every token', async (name) => {
    const engine = ours(name);
    const rust = original(name);
    for (const [which, text] of texts) {
      const theirs = await rust.encode(text, null, { addSpecialTokens: false });
      expect(parting(engine.tokenize(text, 'all'), theirs.getIds()), which).toBeUndefined();
    }
  });

  it.each(kinds)('%s: the spans of the Rust original, every token', async (name) => {
    const engine = ours(name);
    const rust = original(name);
    for (const [which, whole] of texts) {
      const text = whole.slice(0, 20_000);
      const theirs = (await rust.encode(text, null, { addSpecialTokens: false })).getOffsets().flat();
      expect(parting(engine.locate(text, 'all').spans, theirs), which).toBeUndefined();
    }
  });

  it.each(kinds)('%s: those of @huggingface/tokenizers, where it has those of the Rust original', async (name) => {
    const engine = ours(name);
    const js = new JsTokenizer(JSON.parse(tokenizerJson(name)), {});
    const parted: string[] = [];
    for (const [which, text] of texts) {
      const theirs = js.encode(text, { add_special_tokens: false }).ids;
      if (parting(engine.tokenize(text, 'all'), theirs)) parted.push(which);
    }
    expect(parted).toEqual(alone[name] ?? []);
  });

  it.each([
    ['cl100k_base', 'cl100k_base', cl100k],
    ['gpt2', 'gpt2', r50k],
  ] as const)('%s: those of tiktoken and gpt-tokenizer, every token', (name, encoding, gpt) => {
    const engine = ours(name);
    const tiktoken = get_encoding(encoding as TiktokenEncoding);
    for (const [which, text] of texts) {
      const ids = engine.tokenize(text);
      expect(parting(ids, tiktoken.encode_ordinary(text)), `${which}, tiktoken`).toBeUndefined();
      expect(parting(ids, gpt(text)), `${which}, gpt-tokenizer`).toBeUndefined();
    }
    tiktoken.free();
  });
});
