import { describe, it } from 'vitest';
import { describeLaws } from '../../../core/laws/index.ts';
import text from '../../../plugins/text/index.ts';

/** A lone surrogate has no bytes of its own: UTF-8 says U+FFFD for it. */
const wellFormed = (raw: string): string => Buffer.from(raw).toString();

describeLaws(text, {}, { describe, it, use: 'bytes', parts: { tokenizer: { normalise: wellFormed as never } } });
describeLaws(text, {}, { describe, it, use: 'characters' });
describeLaws(
  text,
  {},
  { describe, it, use: 'words', parts: { tokenizer: { normalise: ((raw: string) => raw.trim().split(/\s+/).join(' ')) as never } } },
);
