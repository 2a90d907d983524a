import { definePlugin, options, provide } from '../../core/index.ts';
import { BytesTokenizer } from './bytes-tokenizer.ts';
import { CharactersTokenizer } from './characters-tokenizer.ts';
import { CsvReader } from './csv-reader.ts';
import { CsvWriter } from './csv-writer.ts';
import { JsonlReader } from './jsonl-reader.ts';
import { JsonlWriter } from './jsonl-writer.ts';
import { CharactersOptions, CsvOptions, JsonlOptions, TextOptions, WordsOptions } from './options.ts';
import { TextReader } from './text-reader.ts';
import { TextWriter } from './text-writer.ts';
import { WordsTokenizer } from './words-tokenizer.ts';

/** One field is a text; several are a row of their own kind. */
const matter =
  (about: string) =>
  ({ tokens }: { readonly tokens: unknown }) => ({ about, raw: Array.isArray(tokens) ? 'fields' : 'text' });

export default definePlugin({
  name: 'text',
  contract: 1,
  about: 'Text by bytes, characters or words; from and to plain text, JSON lines and CSV.',
  stages: {
    tokenize: {
      bytes: provide([], () => new BytesTokenizer()),
      characters: provide([options(CharactersOptions)], (settings) => new CharactersTokenizer(settings)),
      words: provide([options(WordsOptions)], (settings) => new WordsTokenizer(settings)),
    },
    read: {
      text: provide([options(TextOptions)], (settings) => new TextReader(settings)),
      jsonl: provide([options(JsonlOptions)], (settings) => new JsonlReader(settings)),
      csv: provide([options(CsvOptions)], (settings) => new CsvReader(settings)),
    },
    write: {
      text: provide([], () => new TextWriter()),
      jsonl: provide([options(JsonlOptions)], (settings) => new JsonlWriter(settings)),
      csv: provide([options(CsvOptions)], (settings) => new CsvWriter(settings)),
    },
  },
  options: {
    characters: CharactersOptions,
    words: WordsOptions,
    text: TextOptions,
    jsonl: JsonlOptions,
    csv: CsvOptions,
  },
  declares: {
    bytes: { about: 'A text as the bytes of its UTF-8.', raw: 'text' },
    characters: { about: 'A text character by character.', raw: 'text' },
    words: { about: 'A text word by word.', raw: 'text' },
    text: { about: 'Plain text.', raw: 'text' },
    jsonl: matter('A JSON object a line.'),
    csv: matter('Fields apart by commas, tabs or something else.'),
  },
});
