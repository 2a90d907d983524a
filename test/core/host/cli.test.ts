import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COUNTING, countingPipeline, workplace } from '../pipeline/workplace.ts';

const CLI = new URL('../../../dist/core/host/cli/main.js', import.meta.url).pathname;
const PIPELINE = new URL('../../../pipelines/ngram-text.json', import.meta.url).pathname;
const PICTURES = new URL('../../../pipelines/ngram-image.json', import.meta.url).pathname;

const stagewright = (cwd: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { cwd, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: error ? ((error.code as unknown as number) ?? 1) : 0, stdout, stderr }),
    );
  });

describe('the command line', () => {
  test('without a verb trains the quickstart, streams samples and prints the evaluation', async () => {
    const folder = await workplace();
    const { code, stdout, stderr } = await stagewright(folder);
    expect(code).toBe(0);
    expect(stderr).toContain('trained in');
    const [samples, table] = stdout.trim().split('\n\n');
    expect(samples!.split('\n')).toHaveLength(12);
    expect(table).toMatch(/perplexity\s+[\d.]+/);
    expect(table).toMatch(/bits_per_byte\s+[\d.]+/);
    const again = await stagewright(folder);
    expect(again.stderr).toContain('the model stands');
    expect(again.stdout).toBe(stdout);
  });

  test('--json prints one object and nothing else; settings and data can be replaced', async () => {
    const folder = await workplace({ 'own.txt': Array.from({ length: 300 }, (_, i) => `row ${i}`).join('\n') });
    const args = ['run', PIPELINE, '--data', 'own.txt', '--json', '--count', '2', '--prompt', 'row'];
    const first = JSON.parse((await stagewright(folder, ...args)).stdout);
    expect(first).toMatchObject({ pipeline: 'ngram-text', model: { trained: true, why: ['no model stands yet'] } });
    expect(first.samples.map(({ text }: { text: string }) => text.slice(0, 3))).toEqual(['row', 'row']);
    const set = JSON.parse((await stagewright(folder, ...args, '--set', 'backends.ngram.with.order=2')).stdout);
    expect(set.model.why).toEqual(['backend.with.order: 5 → 2']);
    expect(set.evaluation.likelihood.perplexity).not.toBe(first.evaluation.likelihood.perplexity);
    const seeded = async (seed: string) =>
      JSON.parse((await stagewright(folder, 'generate', PIPELINE, '--data', 'own.txt', '--seed', seed, '--json')).stdout).samples;
    expect(await seeded('1')).not.toEqual(await seeded('2'));
    expect(await seeded('1')).toEqual(await seeded('1'));
  });

  test('train, generate --out and evaluate stand on the same model', async () => {
    const folder = await workplace();
    const trained = await stagewright(folder, 'train', PIPELINE);
    expect(trained.stdout.trim()).toMatch(/models\/ngram-text\/[0-9a-f]{16}$/);
    const { code, stdout } = await stagewright(folder, 'generate', PIPELINE, '--count', '4', '--out', 'names.jsonl');
    expect([code, stdout]).toEqual([0, 'names.jsonl\n']);
    const rows = readFileSync(join(folder, 'names.jsonl'), 'utf8').trim().split('\n');
    expect(rows.map((row) => Object.keys(JSON.parse(row)))).toEqual(Array(4).fill(['text']));
    expect(JSON.parse((await stagewright(folder, 'evaluate', PIPELINE, '--json')).stdout).evaluation).toHaveProperty('diversity');
    expect((await stagewright(folder, 'generate', 'models/ngram-text', '--count', '1')).code).toBe(0);
    const again = await stagewright(folder, 'train', PIPELINE, '--again', '--json');
    expect(JSON.parse(again.stdout).model.trained).toBe(true);
  });

  test('of pictures a sheet is written beside the models, or where --out says, and never as text', async () => {
    const folder = await workplace({ 'digits.json': { digits: { count: 60, size: 8, seed: 1 } } });
    const args = [PICTURES, '--data', 'digits.json', '--count', '3'];
    const run = await stagewright(folder, 'run', ...args);
    expect(run.stdout).toMatch(/^\n {2}.*models\/ngram-image\/samples\.png\n\n {2}likelihood/);
    expect(readFileSync(join(folder, 'models/ngram-image/samples.png')).subarray(1, 4).toString()).toBe('PNG');
    expect(JSON.parse((await stagewright(folder, 'run', ...args, '--json')).stdout).samples).toMatch(/samples\.png$/);
    expect((await stagewright(folder, 'generate', ...args, '--out', 'all/')).stdout).toBe('all/\n');
    expect(readdirSync(join(folder, 'all')).sort()).toEqual(['0000.png', '0001.png', '0002.png']);
    const text = await stagewright(folder, 'generate', ...args, '--out', 'x.txt');
    expect([text.code, text.stderr]).toEqual([1, expect.stringMatching(/no writer for "\.txt"/)]);
    const set = ['--set', 'generate.write.use=grid', '--set', 'generate.write.with.scale=1', '--set', 'generate.write.with.gap=0'];
    expect((await stagewright(folder, 'generate', ...args, ...set, '--out', 'small.png')).code).toBe(0);
    expect(readFileSync(join(folder, 'small.png')).readUInt32BE(16)).toBe(16); // two of 8 pixels side by side
    const misfit = await stagewright(folder, 'check', ...args.slice(0, 3), '--set', 'generate.write=csv');
    expect(misfit.stdout + misfit.stderr).toMatch(/"csv" writes text, and "pixels" spells image/);
  });

  test('list names plugins and stages', async () => {
    const { stdout } = await stagewright(await workplace(), 'list', '--plugin', COUNTING);
    for (const name of ['ngram', 'text', 'sampling', 'metrics', 'counting', 'characters', 'greedy']) expect(stdout).toContain(name);
  });

  test('check says all faults of a file at once, each at its place', async () => {
    const text = `{
  "name": "eight faults",
  "data": { "train": "none.txt", "rows": "line" },
  "stages": {
    "tokenize": { "use": "characters", "with": { "min_cout": 2 } },
    "backend": "ngrams",
    "sample": { "use": "sampling", "with": { "topP": 0.9, "temperature": -1, "top_k": "many" } }
  },
  "seeds": 7
}`;
    const folder = await workplace({ 'p.json': text });
    const { code, stdout } = await stagewright(folder, 'check', 'p.json', '--json');
    expect(code).toBe(1);
    const faults = JSON.parse(stdout).faults.map(
      ({ place, message, suggestion }: { place: { line: number; column: number }; message: string; suggestion?: string }) =>
        `${place.line}:${place.column} ${suggestion ?? '-'} ${message}`,
    );
    expect(faults).toEqual([
      expect.stringMatching(/^2:11 - "name" must be letters, digits/),
      expect.stringMatching(/^3:22 - No file fits "none.txt"/),
      expect.stringMatching(/^3:42 lines "rows" must be "document", "lines" or/),
      expect.stringMatching(/^5:50 min_count unknown key "min_cout"; did you mean "min_count"\?/),
      expect.stringMatching(/^6:16 ngram "ngrams" is no backend; did you mean "ngram"\?/),
      expect.stringMatching(/^7:46 top_p unknown key "topP"; did you mean "top_p"\?/),
      expect.stringMatching(/^7:74 - "temperature" must be above 0, not -1/),
      expect.stringMatching(/^7:87 - "top_k" must be a whole number, not "many"/),
      expect.stringMatching(/^9:3 seed unknown key "seeds"; did you mean "seed"\?/),
    ]);
  });

  test('every verb explains itself with examples', async () => {
    const folder = await workplace();
    for (const verb of ['run', 'train', 'generate', 'evaluate']) {
      const { code, stdout } = await stagewright(folder, verb, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain('Examples:');
    }
  });

  test('Ctrl-C stops a training within a step and keeps the last good model', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => String(i)).join('\n');
    const folder = await workplace({ 'p.json': countingPipeline({}, { steps: 3 }), 'rows.txt': rows });
    expect((await stagewright(folder, 'train', 'p.json', '--plugin', COUNTING)).code).toBe(0);
    const good = readFileSync(join(folder, 'models/counting/current.json'), 'utf8');
    const child = spawn(process.execPath, [CLI, 'run', 'p.json', '--plugin', COUNTING, '--set', 'backends.counting.train.steps=100000'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await new Promise<void>((resolve) => child.stderr.on('data', (bytes: Buffer) => bytes.toString().includes('"train"') && resolve()));
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))).toBe(130);
    expect(readFileSync(join(folder, 'models/counting/current.json'), 'utf8')).toBe(good);
    expect(readdirSync(join(folder, 'models/counting')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('bad input', () => {
  const minimal = (data: object, more: object = {}) => ({
    name: 'bad',
    data,
    stages: { tokenize: 'characters', backend: 'ngram', sample: 'sampling' },
    ...more,
  });

  test.each<[string, Record<string, string | Uint8Array | object>, string[], RegExp]>([
    ['no pipeline', {}, ['run', 'none.json'], /There is no pipeline or model at "none.json"/],
    ['a pipeline that is not JSON', { 'p.json': '{ "name": ' }, ['run', 'p.json'], /p\.json:1:11 is not JSON: a value is expected here/],
    [
      'unknown keys and names, all at once',
      {
        'p.json':
          '{\n"name": "x",\n"stages": { "tokenize": "charcters", "backend": "ngrm", "sample": { "use": "sampling", "with": { "temprature": 1 } } } }',
      },
      ['run', 'p.json'],
      /p\.json:3:25 "charcters" cannot tokenize; did you mean "characters"\?\np\.json:3:49 "ngrm" is no backend; did you mean "ngram"\?\np\.json:3:98 unknown key "temprature"; did you mean "temperature"\?/,
    ],
    [
      'a value out of range',
      { 'p.json': { ...minimal({ train: 'a.txt' }), backends: { ngram: { with: { order: 9 } } } } },
      ['run', 'p.json'],
      /"order" must be from 1 to 6, not 9/,
    ],
    ['a missing file', { 'p.json': minimal({ train: 'none.txt' }) }, ['run', 'p.json'], /No file fits "none.txt"/],
    ['a folder as data', { 'p.json': minimal({ train: '.' }) }, ['run', 'p.json'], /"\." is a folder; name its files/],
    ['itself as data', { 'p.json': minimal({ train: 'p.json' }) }, ['run', 'p.json'], /"p.json" is the pipeline itself/],
    ['no data', { 'p.json': { ...minimal({}), data: undefined } }, ['run', 'p.json'], /names no data/],
    ['an empty corpus', { 'p.json': minimal({ train: 'a.txt' }), 'a.txt': '' }, ['run', 'p.json'], /no rows to learn from/],
    ['a binary corpus', { 'p.json': minimal({ train: 'a.txt' }), 'a.txt': Buffer.from([1, 0, 2, 0, 255]) }, ['run', 'p.json'], /a\.txt/],
    [
      'invalid UTF-8',
      { 'p.json': minimal({ train: 'a.txt' }), 'a.txt': Buffer.from([97, 10, 98, 0xc3, 0x28]) },
      ['run', 'p.json'],
      /byte 3\b/,
    ],
    ['a broken gzip', { 'p.json': minimal({ train: 'a.txt.gz' }), 'a.txt.gz': 'no' }, ['run', 'p.json'], /could not be read/],
    [
      'no model yet',
      { 'p.json': minimal({ train: 'a.txt' }), 'a.txt': 'a\nb\n' },
      ['generate', 'p.json'],
      /has no model yet; run `stagewright train`/,
    ],
    ['a folder that is no model', {}, ['generate', '.'], /is no model/],
    [
      'a plugin that may not run',
      { 'p.json': { ...minimal({ train: 'a.txt' }), plugins: ['./mine.js'] }, 'mine.js': 'console.log("ran")' },
      ['run', 'p.json'],
      /may not run yet/,
    ],
    ['a module that is no plugin', { 'mine.mjs': 'export default 7' }, ['list', '--plugin', './mine.mjs'], /is no plugin/],
    [
      'a plugin for another contract',
      { 'mine.mjs': 'export default { name: "mine", contract: 9, stages: {} }' },
      ['list', '--plugin', './mine.mjs'],
      /contract 9/,
    ],
    [
      'a name offered twice',
      {
        'mine.mjs':
          'export default { name: "mine", contract: 2, about: "", stages: [{ kind: "sampler", name: "greedy", makes: { sample() {} } }] }',
      },
      ['list', '--plugin', './mine.mjs'],
      /both offer "greedy" to sample/,
    ],
    [
      'a setting that is none',
      { 'p.json': minimal({ train: 'a.txt' }), 'a.txt': 'a' },
      ['run', 'p.json', '--set', '__proto__.x=1'],
      /is no setting/,
    ],
    [
      'NaN for a number',
      { 'p.json': minimal({ train: 'a.txt' }), 'a.txt': 'a' },
      ['run', 'p.json', '--set', 'seed=NaN'],
      /--set seed "seed" must be a whole number, not "NaN"/,
    ],
    [
      'a file type that nobody writes',
      { 'p.json': minimal({ train: 'a.txt' }), 'a.txt': 'a\nb\nc' },
      ['run', 'p.json', '--out', 'x.xyz'],
      /no writer for "\.xyz"/,
    ],
    [
      'a models folder that is a file',
      { 'p.json': minimal({ train: 'a.txt' }), 'a.txt': 'a\nb\nc', models: 'x' },
      ['run', 'p.json'],
      /could not be written|ENOTDIR/,
    ],
  ])('%s', async (_, files, args, message) => {
    const folder = await workplace(files);
    const { code, stdout, stderr } = await stagewright(folder, ...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect([code, stdout]).toEqual([1, '']);
  });

  test('wrong usage ends with 2', async () => {
    const folder = await workplace();
    for (const args of [
      ['run', '--no-such-flag'],
      ['run', '--count', 'many'],
      ['run', '--set', 'novalue'],
    ])
      expect((await stagewright(folder, ...args)).code).toBe(2);
  });

  test('a broken model is named, and what stood before is untouched by a failed training', async () => {
    const folder = await workplace({ 'p.json': minimal({ train: 'a.txt' }), 'a.txt': 'abc\nabd\nabe\n' });
    expect((await stagewright(folder, 'train', 'p.json')).code).toBe(0);
    const { fingerprint } = JSON.parse(readFileSync(join(folder, 'models/bad/current.json'), 'utf8'));
    const model = readFileSync(join(folder, 'models/bad', fingerprint, 'ngram.bin'));
    writeFileSync(join(folder, 'models/bad', fingerprint, 'ngram.bin'), model.subarray(0, 40));
    const broken = await stagewright(folder, 'generate', 'p.json');
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(/ngram\.bin/);
    writeFileSync(join(folder, 'models/bad', fingerprint, 'ngram.bin'), model);
    writeFileSync(join(folder, 'a.txt'), Buffer.from([0xff]));
    expect((await stagewright(folder, 'train', 'p.json')).code).toBe(1);
    expect((await stagewright(folder, 'generate', 'models/bad')).code).toBe(0);
  });
});
