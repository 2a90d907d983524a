import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Writer } from '../../../core/index.ts';
import { CsvReader } from '../../../plugins/text/csv-reader.ts';
import { CsvWriter } from '../../../plugins/text/csv-writer.ts';
import { JsonlReader } from '../../../plugins/text/jsonl-reader.ts';
import { JsonlWriter } from '../../../plugins/text/jsonl-writer.ts';
import { TextWriter } from '../../../plugins/text/text-writer.ts';
import { all, source, texts } from './source.ts';

const written = async (writer: Writer, ...items: string[]): Promise<string> =>
  Buffer.concat(await all(writer.write!(texts(...items)))).toString();

describe('writers', () => {
  it('text: a line each', async () => {
    expect(await written(new TextWriter(), 'one', 'zwölf')).toBe('one\nzwölf\n');
  });

  it('jsonl: an object each, its field as named', async () => {
    expect(await written(new JsonlWriter({ tokens: 'text' }), 'a"\n')).toBe('{"text":"a\\"\\n"}\n');
    expect(await written(new JsonlWriter({ tokens: 'name' }), 'x')).toBe('{"name":"x"}\n');
  });

  it('csv: a column, quoted where it must be, its name first where it has one', async () => {
    expect(await written(new CsvWriter({ tokens: 'text' }), 'a', 'b,"c"', '')).toBe('text\na\n"b,""c"""\n""\n');
    expect(await written(new CsvWriter({ tokens: 0 }), 'a')).toBe('a\n');
  });

  it('what is written can be read', async () => {
    const items = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'é', ' ', '{') }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(items, async (list) => {
        const pairs = [
          [new JsonlWriter({ tokens: 'text' }), new JsonlReader({ tokens: 'text' })],
          [new CsvWriter({ tokens: 'text' }), new CsvReader({ tokens: 'text' })],
        ] as const;
        for (const [writer, reader] of pairs) {
          const rows = await all(reader.read(source(await written(writer, ...list))));
          expect(rows.map(({ raw }) => raw)).toEqual(list);
        }
      }),
    );
  });

  it('take text alone', async () => {
    for (const writer of [new TextWriter(), new JsonlWriter({ tokens: 'text' }), new CsvWriter({ tokens: 0 })])
      await expect(written(writer, 5 as never)).rejects.toMatchObject({ code: 'TEXT_NOT_TEXT' });
  });
});
