import { toUSVString } from 'node:util';
import { describe, it } from 'vitest';
import { describeLaws } from '../../../core/laws/index.ts';
import subword from '../../../plugins/subword/index.ts';

const of = (normalise: (raw: string) => string) => ({ tokenizer: { normalise: normalise as never } });

/** A lone surrogate has no bytes of its own: UTF-8 says U+FFFD for it. */
const wellFormed = of(toUSVString);

/** ▁ is how a space is spelled. */
const withoutMark = of((raw) => toUSVString(raw).replaceAll('▁', ' '));

describeLaws(subword, {}, { describe, it, use: 'bpe', parts: wellFormed });
describeLaws(subword, { alphabet: 'characters' }, { describe, it, name: 'subword bpe of characters', use: 'bpe', parts: withoutMark });
describeLaws(subword, {}, { describe, it, use: 'unigram', parts: withoutMark });
