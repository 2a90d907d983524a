import type { Static } from 'typebox';
import { describe, expect, it } from 'vitest';
import { CsvReader } from '../../../plugins/text/csv-reader.ts';
import type { CsvOptions } from '../../../plugins/text/options.ts';
import { all, source } from './source.ts';

const read = (content: string, settings: Partial<Static<typeof CsvOptions>> = {}, name = 'data.csv') =>
  all(new CsvReader({ tokens: 'text', ...settings }).read(source(content, { name })));

describe('csv', () => {
  it('reads a column by its name in the first line, quoted fields and all', async () => {
    const content = '\ufeffid,text\r\n1,"a, ""b""\r\nc"\r\n\r\n2,d\r\n';
    expect(await read(content)).toEqual([{ raw: 'a, "b"\nc' }, { raw: 'd' }]);
  });

  it('tokens and given: columns by name, or by number where there is no header', async () => {
    expect(await read('q,a\nwhy,so\n', { tokens: 'a', given: 'q' })).toEqual([{ raw: 'so', given: 'why' }]);
    expect(await read('why,so\nwho,me\n', { tokens: 1, given: 0 })).toEqual([
      { raw: 'so', given: 'why' },
      { raw: 'me', given: 'who' },
    ]);
  });

  it('delimiter: a comma, a tab in .tsv files, or what is said', async () => {
    expect(await read('a;b\n', { tokens: 1, delimiter: ';' })).toEqual([{ raw: 'b' }]);
    for (const name of ['x.tsv', 'x.TSV.gz']) expect(await read('a,b\tc\n', { tokens: 0 }, name)).toEqual([{ raw: 'a,b' }]);
  });

  it('quote: " but nothing beside tabs, or what is said', async () => {
    expect(await read('"Go," he said.\tVa\n', { tokens: 0, delimiter: '\t' })).toEqual([{ raw: '"Go," he said.' }]);
    expect(await read('"a\tb"\tc\n', { tokens: 0, delimiter: '\t', quote: '"' })).toEqual([{ raw: 'a\tb' }]);
    expect(await read("'a,b',c\n", { tokens: 0, quote: "'" })).toEqual([{ raw: 'a,b' }]);
    expect(await read('"a",c\n', { tokens: 0, quote: '' })).toEqual([{ raw: '"a"' }]);
  });

  it('names the nearest of the columns there are', async () => {
    await expect(read('id,txet\n1,a\n')).rejects.toThrow('data.csv:1 has no field "text"; did you mean "txet"? Known are "id", "txet".');
    await expect(read('id,text\n', { given: 'ide' })).rejects.toThrow('did you mean "id"?');
    await expect(read('id,weight\n', { tokens: 'text' })).rejects.toThrow('data.csv:1 has no field "text". Known are "id", "weight".');
    await expect(read('a,b\nc,d\n', { tokens: 2 })).rejects.toThrow('data.csv:1 has no column 2: it has 2, counted from 0.');
  });

  it.each([
    ['a last line of spaces', 'text,label\nhi,1\n  \n', ['hi']],
    ['one without an end', 'text,label\nhi,1\n \t', ['hi']],
    ['several, among them empty ones', 'text,label\nhi,1\n\n \n\t\n\n', ['hi']],
    ['line ends of Windows', 'text,label\r\nhi,1\r\n  \r\n', ['hi']],
    ['before the names and between records', ' \ntext,label\n  \nhi,1\n \nho,2\n', ['hi', 'ho']],
    ['a single column', 'text\nhi\n  \n\nho\n \n', ['hi', 'ho']],
    ['quoted spaces are a field', 'text\n"  "\nhi\n', ['  ', 'hi']],
    ['blank lines within quotes are the field', 'text,label\n"a\n  \n\nb",1\n', ['a\n  \n\nb']],
    ['fields of spaces', 'text,label\n , \n', [' ']],
  ])('lines of white space are no rows: %s', async (_, content, raws) => {
    expect((await read(content)).map(({ raw }) => raw)).toEqual(raws);
  });

  it('lines of white space are no rows, and empty fields neither, beside tabs as beside commas', async () => {
    expect(await read('text\tlabel\nhi\t1\n\t\n   \n\t\t\n\t2\n \t3\n', {}, 'data.tsv')).toEqual([{ raw: 'hi' }, { raw: ' ' }]);
    expect(await read('text,label\nhi,1\n,\n,2\n"",3\n')).toEqual([{ raw: 'hi' }, { raw: '' }]);
    expect(await read('text,label\nhi,1\n,2\nho,\n', { given: 'label' })).toEqual([
      { raw: 'hi', given: '1' },
      { raw: 'ho', given: '' },
    ]);
  });

  it('counts the lines of white space', async () => {
    await expect(read('text,label\n  \nhi,1\n\n \n2,b,c\n')).rejects.toThrow(
      'data.csv:6 is not the CSV that was expected: it has 3 fields, and the first line has 2.',
    );
    await expect(read('text,label\n\n" ",1\n  \n"a\nb"\n')).rejects.toThrow('data.csv:5 ');
  });

  it('names the line where a record begins, past blank lines and line ends in fields', async () => {
    await expect(read('"a\nb",c\n\n\n"d\ne",f\n', { tokens: 2 })).rejects.toThrow('data.csv:1 has no column 2');
    await expect(read('a\nb\n\n"c\nd"\n', { tokens: 'a', given: 1 })).rejects.toThrow('data.csv:2 has no column 1');
    await expect(read('\n\n"i\nd",txet\n')).rejects.toThrow('data.csv:3 has no field "text"');
  });

  it('names the line that is no CSV', async () => {
    await expect(read('id,text\n1,a\n2,b,c\n')).rejects.toMatchObject({
      code: 'TEXT_BAD_CSV',
      message: expect.stringContaining('data.csv:3 '),
    });
    await expect(read('text\n"a\nb\n')).rejects.toMatchObject({ code: 'TEXT_BAD_CSV', message: expect.stringContaining('data.csv:3 ') });
    await expect(read('text\na"b"\n')).rejects.toMatchObject({ code: 'TEXT_BAD_CSV', message: expect.stringContaining('data.csv:2 ') });
  });

  it('passes on what is wrong with the file itself', async () => {
    const reader = new CsvReader({ tokens: 0 });
    await expect(all(reader.read(source(Buffer.from([0x61, 0xff, 0x0a]))))).rejects.toMatchObject({ code: 'TEXT_NOT_UTF8' });
  });

  it('closes the file when left early', async () => {
    let closed = false;
    const bytes = (async function* () {
      try {
        for (;;) yield Buffer.from('a,b\n');
      } finally {
        closed = true;
      }
    })();
    for await (const { raw } of new CsvReader({ tokens: 0 }).read({ name: 'endless.csv', bytes })) {
      expect(raw).toBe('a');
      break;
    }
    await new Promise(setImmediate);
    expect(closed).toBe(true);
  });
});
