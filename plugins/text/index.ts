import { definePlugin, options, provide } from '../../core/declaring.ts';
import { CharactersOptions, CsvOptions, JsonlOptions, TextOptions, WordsOptions } from './options.ts';

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
      bytes: provide([], async () => new (await import('./bytes-tokenizer.ts')).BytesTokenizer()),
      characters: provide(
        [options(CharactersOptions)],
        async (settings) => new (await import('./characters-tokenizer.ts')).CharactersTokenizer(settings),
      ),
      words: provide([options(WordsOptions)], async (settings) => new (await import('./words-tokenizer.ts')).WordsTokenizer(settings)),
    },
    read: {
      text: provide([options(TextOptions)], async (settings) => new (await import('./text-reader.ts')).TextReader(settings)),
      jsonl: provide([options(JsonlOptions)], async (settings) => new (await import('./jsonl-reader.ts')).JsonlReader(settings)),
      csv: provide([options(CsvOptions)], async (settings) => new (await import('./csv-reader.ts')).CsvReader(settings)),
    },
    write: {
      text: provide([], async () => new (await import('./text-writer.ts')).TextWriter()),
      jsonl: provide([options(JsonlOptions)], async (settings) => new (await import('./jsonl-writer.ts')).JsonlWriter(settings)),
      csv: provide([options(CsvOptions)], async (settings) => new (await import('./csv-writer.ts')).CsvWriter(settings)),
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
