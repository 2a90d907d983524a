import type { Tokenizer } from '../../core/index.ts';
import type { SubwordTokenizer } from './subword-tokenizer.ts';

export type { ChatOptions } from './chat/chat.ts';
export type { EncodeOptions, Input } from './engine/encode.ts';
export type { Encoding } from './engine/encoding.ts';

/** What a pipeline's tokenizer of subwords can do: `await pipeline.tokenizer<Subwords>()`. */
export type Subwords = Tokenizer<string> &
  Pick<SubwordTokenizer, 'special' | 'offsets' | 'detokenizer' | 'encode' | 'encodeBatch' | 'tokenizeAll' | 'chat'>;
