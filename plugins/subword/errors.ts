import { defineErrors, type StagewrightError } from '../../core/declaring.ts';

/** Every fault of tokenizers and their files. */
export const errors = defineErrors({
  NOT_FITTED: (stage: string) => `The tokenizer "${stage}" has no vocabulary yet; fit it on a corpus or load a saved one first.`,
  NOT_TEXT: (found: string) => `Tokenizers of text take a string, found ${found}; read the corpus as text.`,
  EMPTY_CORPUS: (stage: string) => `The corpus given to "${stage}" holds no text; check the paths under "data".`,
  SMALL_VOCABULARY: (asked: number, least: number) =>
    `A vocabulary of ${asked} was asked for, but special tokens and the alphabet alone need ${least}; raise "vocabulary" to at least that.`,
  NO_MEMORY: (kind: string) => `Learning a ${kind} tokenizer needs more memory than there is; give it less text.`,
  MISFIT: (setting: string, value: string, other: string) =>
    `"${setting}": ${JSON.stringify(value)} does not go with ${other}; leave "${setting}" out.`,
  UNKNOWN_ROLE: (name: string, known: readonly string[]) => `"special_tokens" knows no "${name}"; known are ${known.join(', ')}.`,
  NO_UNKNOWN: () => 'The unknown token stands for what has no id, and "special_tokens" names none; add "unk_token".',
  THREAD_FAILED: (why: string) => `A tokenizer's thread ended early: ${why}.`,
  UNKNOWN_ID: (id: number, vocabulary: number) => `Token id ${id} has no entry in this vocabulary of ${vocabulary} ids.`,
  FILE_ABSENT: (path: string, wanted: string) => `No tokenizer stands at "${path}"; wanted ${wanted}.`,
  FILE_TOO_BIG: (path: string, bytes: number, most: number) =>
    `"${path}" unpacks to more than ${most} bytes (${bytes} seen); no tokenizer file is that big. Check that it is one.`,
  FILE_UNREADABLE: (path: string, why: string) => `"${path}" cannot be read as a tokenizer: ${why}.`,
  FILE_POINTER: (path: string) =>
    `"${path}" is a pointer of Git LFS, which stands for a file that was not fetched; run \`git lfs pull\` in its folder.`,
  UNKNOWN_KIND: (path: string) =>
    `"${path}" is no tokenizer file this plugin knows; known are tokenizer.json, *.tiktoken, *.model, vocab.txt, and vocab.json beside merges.txt.`,
  UNKNOWN_COMPONENT: (place: string, type: string, known: readonly string[]) =>
    `${place}: unknown component "${type}"; known are ${known.join(', ')}.`,
  BAD_FIELD: (place: string, wanted: string, found: string) => `${place}: wanted ${wanted}, found ${found}.`,
  DUPLICATE_ID: (id: number, first: string, second: string) =>
    `Token id ${id} belongs to both "${first}" and "${second}"; each id may name one token.`,
  MISSING_ENTRY: (place: string, token: string) => `${place} refers to "${token}", which the vocabulary lacks.`,
  TOO_MANY: (place: string, found: number, most: number) => `${place}: ${found} entries where at most ${most} are allowed.`,
  UNSUPPORTED: (place: string, what: string) => `${place}: ${what}.`,
  PATTERN_SYNTAX: (pattern: string, at: number, why: string) =>
    `The regular expression ${JSON.stringify(pattern)} cannot be used: ${why} at ${at}.`,
  PATTERN_COSTLY: (pattern: string) =>
    `The regular expression ${JSON.stringify(pattern)} was stopped: on this text it takes far more steps than the pattern of any tokenizer in use. Write it without nested repetitions and look-around.`,
  UNKNOWN_ENCODING: (name: string, known: readonly string[]) =>
    `Rank files do not say how text is split before merging; set "encoding" to one of ${known.join(', ')} (found "${name}").`,
  UNKNOWN_SPECIAL: (token: string) => `"${token}" is no special token of this tokenizer; list only tokens it has.`,
  UNKNOWN_CHARACTER: (character: string) =>
    `The model has no id for ${JSON.stringify(character)} (U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}) and no unknown token; give it an "unk_id" or the 256 byte tokens, or leave the character out.`,
  NO_TEMPLATE: () =>
    'This tokenizer has no chat template; give one, or load a tokenizer with a chat_template.jinja, or "chat_template" in its tokenizer_config.json.',
  UNKNOWN_TEMPLATE: (name: string, known: readonly string[]) =>
    `This tokenizer has no chat template named "${name}"; it has ${known.length === 0 ? 'none' : known.join(', ')}. Name one of them, or give the template itself.`,
  TEMPLATE_STOPPED: (seconds: number, megabytes: number) =>
    `The chat template was stopped: it took more than ${seconds} s, or more than ${megabytes} MB. Use another, or allow it more "seconds".`,
  BAD_TEMPLATE: (why: string) => `The chat template failed: ${why}.`,
  LENGTH_TOO_SMALL: (asked: number, special: number) =>
    `A length of at most ${asked} leaves no room beside ${special} special tokens; raise "max_length".`,
});

/** The end of a thread that somebody waits for. */
export const endedEarly = (why: string): StagewrightError => errors.THREAD_FAILED(`it was stopped, or ran out of memory (${why})`);
