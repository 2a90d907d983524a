import { definePlugin, reader, tokenizer, writer } from '../../core/declaring.ts';
import { CharactersOptions, CsvOptions, JsonlOptions, TextOptions, WordsOptions } from './options.ts';

/** One field is a text; several are a row of their own kind. */
const matter = ({ tokens }: { readonly tokens?: unknown }) => ({ raw: Array.isArray(tokens) ? 'fields' : 'text' });

const text = { about: 'Plain text.', extensions: ['.txt', '.text', '.md'], capabilities: { raw: 'text' } };
const jsonl = { about: 'A JSON object a line.', extensions: ['.jsonl', '.ndjson'], options: JsonlOptions, capabilities: matter };
const csv = { about: 'Fields apart by commas, tabs or something else.', options: CsvOptions, capabilities: matter };

export default definePlugin({
  name: 'text',
  contract: 2,
  about: 'Text by bytes, characters or words; from and to plain text, JSON lines and CSV.',
  stages: [
    tokenizer({
      name: 'bytes',
      about: 'A text as the bytes of its UTF-8.',
      capabilities: { raw: 'text' },
      make: async () => new (await import('./bytes-tokenizer.ts')).BytesTokenizer(),
    }),
    tokenizer({
      name: 'characters',
      about: 'A text character by character.',
      options: CharactersOptions,
      capabilities: { raw: 'text' },
      make: async ({ options }) => new (await import('./characters-tokenizer.ts')).CharactersTokenizer(options),
    }),
    tokenizer({
      name: 'words',
      about: 'A text word by word.',
      options: WordsOptions,
      capabilities: { raw: 'text' },
      make: async ({ options }) => new (await import('./words-tokenizer.ts')).WordsTokenizer(options),
    }),
    reader({
      ...text,
      name: 'text',
      options: TextOptions,
      make: async ({ options }) => new (await import('./text-reader.ts')).TextReader(options),
    }),
    reader({ ...jsonl, name: 'jsonl', make: async ({ options }) => new (await import('./jsonl-reader.ts')).JsonlReader(options) }),
    reader({
      ...csv,
      name: 'csv',
      extensions: ['.csv', '.tsv'],
      make: async ({ options }) => new (await import('./csv-reader.ts')).CsvReader(options),
    }),
    writer({ ...text, name: 'text', make: async () => new (await import('./text-writer.ts')).TextWriter() }),
    writer({ ...jsonl, name: 'jsonl', make: async ({ options }) => new (await import('./jsonl-writer.ts')).JsonlWriter(options) }),
    writer({
      ...csv,
      name: 'csv',
      extensions: ['.csv'],
      make: async ({ options }) => new (await import('./csv-writer.ts')).CsvWriter(options),
    }),
  ],
});
