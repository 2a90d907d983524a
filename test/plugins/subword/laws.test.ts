import { toUSVString } from 'node:util';
import { describe, it } from 'vitest';
import { describeLaws } from '../../../core/laws/index.ts';
import subword from '../../../plugins/subword/index.ts';
import { absent, tokenizerFile } from './texts.ts';

const of = (normalise: (raw: string) => string) => ({ tokenizer: { normalise: normalise as never } });

/** A lone surrogate has no bytes of its own: UTF-8 says U+FFFD for it. */
const wellFormed = of(toUSVString);

/** ▁ is how a space is spelled. */
const withoutMark = of((raw) => toUSVString(raw).replaceAll('▁', ' '));

describeLaws(subword, {}, { describe, it, use: 'bpe', parts: wellFormed });
describeLaws(subword, { alphabet: 'characters' }, { describe, it, name: 'subword bpe of characters', use: 'bpe', parts: withoutMark });
describeLaws(subword, {}, { describe, it, use: 'unigram', parts: withoutMark });

/** What BERT's rules leave of a text: no control characters, words and signs one space apart. */
const asWords = of((raw) =>
  toUSVString(raw)
    .replace(/[\t\n\r]/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\ufffd]/gu, '')
    .replace(/[\p{White_Space}]/gu, ' ')
    .replace(/[\p{P}$+<=>^`|~\u3400-\u9fff\uf900-\ufaff]/gu, ' $& ')
    .trim()
    .replace(/ +/g, ' '),
);

describeLaws(subword, {}, { describe, it, use: 'wordpiece', parts: asWords });

if (!absent) describeLaws(subword, { from: tokenizerFile('gpt2') }, { describe, it, use: 'tokenizer', parts: wellFormed });
