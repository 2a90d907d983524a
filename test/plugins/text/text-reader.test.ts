import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lines } from '../../../plugins/text/lines.ts';
import { TextReader } from '../../../plugins/text/text-reader.ts';
import { all, source } from './source.ts';

const read = async (rows: 'lines' | 'document', content: string, longest?: number, piece?: number): Promise<unknown[]> =>
  (await all(new TextReader({ rows }, longest).read(source(content, { piece: piece ?? 7 })))).map(({ raw }) => raw);

describe('text', () => {
  it('lines: each is a row, its end and blank lines left out', async () => {
    expect(await read('lines', 'one\r\ntwo\n\n  \n three \nfour')).toEqual(['one', 'two', ' three ', 'four']);
  });

  it('document: the whole is a row', async () => {
    expect(await read('document', '\ufeffone\r\ntwo\n')).toEqual(['one\ntwo\n']);
    expect(await read('document', '')).toEqual([]);
    expect(await read('document', ' \n')).toEqual([]);
  });

  it('lines are what a split gives, whatever the pieces', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', ' ', 'é'), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (content, piece) => {
        expect(await read('lines', content, undefined, piece)).toEqual(content.split('\n').filter((line) => line.trim() !== ''));
      }),
    );
  });

  it('a document that is too long goes on in further rows, cut after line ends and never inside a character', async () => {
    expect(await read('document', 'one\ntwo\nthree\n', 10)).toEqual(['one\ntwo\n', 'three\n']);
    expect(await read('document', '😀😀😀', 3)).toEqual(['😀😀', '😀']);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom('a', '\n', '😀') }), fc.integer({ min: 2, max: 9 }), async (content, longest) => {
        const rows = (await read('document', `${content}.`, longest)) as string[];
        expect(rows.join('')).toBe(`${content}.`);
        expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(longest + 1);
        for (const row of rows) expect(Buffer.from(row).toString()).toBe(row); // no half of a pair
      }),
    );
  });

  it('refuses a line that is longer than a row may be, naming it', async () => {
    await expect(all(lines(source('short\nmuch too long'), 6))).rejects.toMatchObject({
      code: 'TEXT_ROW_TOO_LONG',
      message: expect.stringContaining('file.txt:2 a row is longer than 6 characters'),
    });
  });

  it('streams: the file is read as the rows are asked for', async () => {
    let served = 0;
    const bytes = (async function* () {
      for (;;) {
        served++;
        yield Buffer.from('line\n');
      }
    })();
    let rows = 0;
    for await (const _ of new TextReader({ rows: 'lines' }).read({ name: 'endless', bytes })) if (++rows === 100) break;
    expect(served).toBeLessThanOrEqual(101);
  });
});
