import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { StagewrightError, startThread, ThreadCalls } from '../../../core/index.ts';
import type { Methods } from './answering/worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'thread-calls-'));
const log = join(folder, 'log');
afterAll(() => rmSync(folder, { recursive: true }));

const opened = (more: { background?: boolean; closed?: () => Error; unknown?: (error: Error) => Error } = {}) => {
  const worker = startThread('./answering/worker', import.meta.url, { workerData: { log } });
  const ended = (why: string): StagewrightError => new StagewrightError('MY_THREAD', `ended: ${why}`);
  return { worker, thread: new ThreadCalls<Methods>(worker, { ended, ...more }) };
};

const using = async (work: (thread: ThreadCalls<Methods>, worker: Worker) => Promise<void>, more = {}): Promise<void> => {
  const { thread, worker } = opened(more);
  try {
    await work(thread, worker);
  } finally {
    await thread.terminate();
  }
  expect(worker.threadId).toBe(-1);
};

const errorOf = (call: Promise<unknown>): Promise<Error & { code?: unknown }> =>
  call.then(
    () => expect.fail('it went well'),
    (error) => error,
  );

describe('calls of a thread', () => {
  test('are answered each with its own, and in their order', () =>
    using(async (thread) => {
      expect(await Promise.all([1, 'two', { three: 3 }, undefined, null].map((input) => thread.call('echo', input)))).toEqual([
        1,
        'two',
        { three: 3 },
        undefined,
        null,
      ]);
      const late = thread.call('late', 'first');
      thread.send('note', 'second');
      expect(await thread.call('noted', undefined)).toEqual(['first', 'second']);
      await late;
    }));

  test('move arrays there and back instead of copying them', () =>
    using(async (thread) => {
      const array = Float32Array.of(7, 8);
      const copied = await thread.call('move', array);
      expect([array.length, copied.first]).toEqual([2, 7]);
      const moved = await thread.call('move', array, { moving: [array.buffer] });
      expect([array.length, [...moved.array]]).toEqual([0, [7, 8]]);
    }));

  test('fail with the error that was thrown there: code, message and causes', () =>
    using(async (thread) => {
      const typed = await errorOf(thread.call('typed', undefined));
      expect(typed).toBeInstanceOf(StagewrightError);
      expect(typed).toMatchObject({ code: 'SOME_CODE', message: 'This went wrong.' });
      expect(typed.cause).toBeInstanceOf(RangeError);
      expect(typed.cause).toMatchObject({ message: 'since it is too long', cause: '[object Object]' });
      const untyped = await errorOf(thread.call('untyped', undefined));
      expect(untyped).toBeInstanceOf(TypeError);
      expect(untyped).toMatchObject({ message: 'no function', code: 'ERR_SOME', stack: expect.stringContaining('answering/worker') });
      expect(await errorOf(thread.call('thrown', undefined))).toMatchObject({ name: 'Error', message: 'a text' });
      expect(await errorOf(thread.call('round', undefined))).toMatchObject({ code: 'ROUND', cause: { code: 'ROUND' } });
      expect((await errorOf(thread.call('uncloneable', undefined))).name).toBe('DataCloneError');
      expect((await errorOf(thread.call('echo', () => undefined))).name).toBe('DataCloneError');
      expect(await thread.call('echo', 'it goes on')).toBe('it goes on');
    }));

  test('word an error that is nobody’s on purpose as their asker wishes, and leave others alone', () =>
    using(
      async (thread) => {
        expect(await errorOf(thread.call('untyped', undefined))).toMatchObject({ code: 'MINE', message: 'no function' });
        expect(await errorOf(thread.call('typed', undefined))).toMatchObject({ code: 'SOME_CODE' });
      },
      { unknown: (error: Error) => new StagewrightError('MINE', error.message) },
    ));

  test('tell words on the way, all of them before the answer or the error', () =>
    using(async (thread) => {
      const told = async (to: number) => {
        const words: number[] = [];
        const stream = thread.stream('count', to);
        try {
          for (;;) {
            const { done, value } = await stream.next();
            if (done) return { words, value };
            words.push(value as number);
          }
        } catch (error) {
          return { words, error };
        }
      };
      expect(await told(3)).toEqual({ words: [1, 2, 3], value: '3 in all' });
      expect(await told(0)).toEqual({ words: [], value: '0 in all' });
      expect(await told(6)).toMatchObject({ words: [1, 2, 3, 4, 5, 6], error: { code: 'TOO_FAR' } });
      const heard: number[] = [];
      await thread.call('count', 2, { heard: (word) => heard.push(word) });
      expect(heard).toEqual([1, 2]);
      for await (const _ of thread.stream('count', 5)) break; // left in the midst: the rest is nobody's
      expect(await thread.call('echo', 1)).toBe(1);
    }));

  test('are left at an abort, with its reason: before, waiting for their turn, and at work', () =>
    using(async (thread) => {
      const reason = new Error('enough');
      expect(await errorOf(thread.call('echo', 1, { signal: AbortSignal.abort(reason) }))).toBe(reason);
      const [first, second] = [new AbortController(), new AbortController()];
      const begun = new Promise<string>((heard) => {
        thread.call('wait', undefined, { signal: first.signal, heard }).catch(() => undefined);
      });
      const working = begun.then(() => thread.call('note', 'never', { signal: second.signal }));
      await begun;
      second.abort(reason);
      first.abort();
      expect(await errorOf(working)).toBe(reason);
      expect(await thread.call('noted', undefined)).toEqual([]);
      const many = new AbortController();
      for (let i = 0; i < 30; i++) await thread.call('echo', i, { signal: many.signal });
      many.abort(reason); // nobody listens any more
      expect(await thread.call('echo', 'after')).toBe('after');
    }));

  test.each([
    ['ends itself', 'die', 'ended: exit 3'],
    ['fails where nobody waits', 'fall', 'ended: Error: nobody waits'],
  ] as const)('all fail where the thread %s, as do those after', (_, how, message) =>
    using(async (thread) => {
      const before = thread.call('late', 'x');
      thread.send(how, undefined);
      const signal = new AbortController().signal;
      const behind = [thread.call('echo', 2), thread.call('wait', undefined, { signal })].map(errorOf);
      await before;
      for (const error of behind) expect(await error).toMatchObject({ code: 'MY_THREAD', message });
      expect(await errorOf(thread.call('echo', 3))).toMatchObject({ code: 'MY_THREAD', message: 'ended: it was closed' });
      thread.send('note', 'into the void');
      await thread.end();
    }),
  );

  test('fail where the thread is ended in the midst of them', () =>
    using(async (thread) => {
      let error: Promise<Error> | undefined;
      await new Promise((heard) => {
        error = errorOf(thread.call('wait', undefined, { heard }));
      });
      await thread.terminate();
      expect(await error).toMatchObject({ code: 'MY_THREAD', message: 'ended: exit 1' });
    }));

  test('come to an end after all that was asked before; later ones are refused as their asker words it', async () => {
    const { thread, worker } = opened({ closed: () => new StagewrightError('MY_CLOSED', 'closed') });
    const late = thread.call('late', 'drained');
    const ends = [thread.end(), thread.end()];
    expect(await errorOf(thread.call('echo', 1))).toMatchObject({ code: 'MY_CLOSED' });
    await Promise.all(ends);
    await late;
    expect(worker.threadId).toBe(-1);
    expect(readFileSync(log, 'utf8')).toContain('drained;');
    await thread.terminate();
  });

  test('keep the process alive while somebody waits, and where they are in the background no longer', () => {
    const script = (background: boolean) => `
      import { startThread, ThreadCalls } from './core/index.ts';
      const worker = startThread('./answering/worker', new URL('./test/core/data/here.ts', 'file://' + process.cwd() + '/').href, { workerData: { log: ${JSON.stringify(join(folder, 'other'))} } });
      const thread = new ThreadCalls(worker, { ended: (why) => new Error(why), background: ${background} });
      console.log(await thread.call('late', 'x') ?? 'answered');
      if (!${background}) setImmediate(() => thread.end().then(() => console.log('ended')));
    `;
    const run = (background: boolean) =>
      spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script(background)], { encoding: 'utf8' });
    expect(run(true)).toMatchObject({ status: 0, stdout: 'answered\n' });
    expect(run(false)).toMatchObject({ status: 0, stdout: 'answered\nended\n' });
  });
});
