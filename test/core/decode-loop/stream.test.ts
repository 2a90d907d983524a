import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { lastValueFrom, Observable, of, take, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { flow, follow, telling, under } from '../../../core/decode-loop/stream.ts';

/** Counts up for ever, a number a turn; says what became of it. */
const counting = () => {
  const seen = { begun: 0, ended: 0, said: 0, aborted: 0 };
  async function* count(signal: AbortSignal): AsyncGenerator<number, void> {
    seen.begun++;
    signal.addEventListener('abort', () => seen.aborted++, { once: true });
    try {
      for (let at = 0; ; at++) {
        await new Promise(setImmediate);
        signal.throwIfAborted();
        seen.said++;
        yield at;
      }
    } finally {
      seen.ended++;
    }
  }
  return { seen, count };
};

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
};

describe('a flow', () => {
  it('is begun anew by each reader, of either face', async () => {
    const numbers = flow(async function* () {
      yield 1;
      yield 2;
    });
    expect(await lastValueFrom(numbers.pipe(toArray()))).toEqual([1, 2]);
    const pulled: number[] = [];
    for await (const one of numbers) pulled.push(one);
    for await (const one of numbers) pulled.push(one);
    expect(pulled).toEqual([1, 2, 1, 2]);
  });

  it('aborts what runs when its reader leaves, and says nothing more', async () => {
    const { seen, count } = counting();
    expect(await lastValueFrom(flow(count).pipe(take(3), toArray()))).toEqual([0, 1, 2]);
    await turns(3);
    expect(seen).toEqual({ begun: 1, ended: 1, said: 3, aborted: 1 });
    for await (const one of flow(count)) if (one === 2) break;
    expect(seen).toEqual({ begun: 2, ended: 2, said: 6, aborted: 2 });
  });

  it('listens to signals that live longer while it is read, and no longer', async () => {
    const { count } = counting();
    const [closing, mine] = [new AbortController(), new AbortController()];
    const listeners = () => [closing, mine].map(({ signal }) => getEventListeners(signal, 'abort').length);
    const numbers = flow(count, mine.signal, undefined, closing.signal, mine.signal);
    const few = flow(
      async function* () {
        yield 1;
      },
      mine.signal,
      closing.signal,
    );
    const failing = flow(
      // biome-ignore lint/correctness/useYield: it fails before it says anything
      async function* (): AsyncGenerator<number, void> {
        throw new Error('broken');
      },
      closing.signal,
    );
    for await (const one of numbers) {
      expect(listeners()).toEqual([1, 1]);
      if (one === 1) break;
    }
    expect(listeners()).toEqual([0, 0]);
    await lastValueFrom(numbers.pipe(take(2)));
    await lastValueFrom(few);
    for await (const _ of few) expect(listeners()).toEqual([1, 1]);
    await expect(lastValueFrom(failing)).rejects.toThrow('broken');
    await expect(failing[Symbol.asyncIterator]().next()).rejects.toThrow('broken');
    expect(listeners()).toEqual([0, 0]);
    await expect(under([mine.signal, closing.signal], async () => listeners())).resolves.toEqual([1, 1]);
    expect(listeners()).toEqual([0, 0]);

    const readings = Array.from({ length: 20 }, () => lastValueFrom(numbers).catch((error: Error) => error.message));
    expect(listeners()).toEqual([1, 1]); // Node warns of more than ten
    closing.abort(new Error('closed'));
    expect(new Set(await Promise.all(readings))).toEqual(new Set(['closed']));
    expect(listeners()).toEqual([0, 0]);
    await expect(lastValueFrom(numbers)).rejects.toThrow('closed');
    await expect(under([mine.signal, closing.signal], async (signal) => signal.throwIfAborted())).rejects.toThrow('closed');
    expect(listeners()).toEqual([0, 0]);
  });

  it('aborts a step that is awaited when the reader leaves meanwhile', async () => {
    let aborted = false;
    const endless = flow(async function* (signal): AsyncGenerator<number, void> {
      yield 0;
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })).finally(() => {
        aborted = true;
      });
    });
    const reading = endless[Symbol.asyncIterator]();
    expect(await reading.next()).toEqual({ value: 0, done: false });
    const pending = reading.next();
    const leaving = reading.return!();
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    expect(await leaving).toMatchObject({ done: true });
    expect(aborted).toBe(true);
    const node = Readable.from(endless);
    node.resume();
    await turns(2);
    node.destroy();
    await new Promise((resolve) => node.on('close', resolve));
    expect(node.destroyed).toBe(true);
  });

  it('is pulled no further than it is read', async () => {
    const { seen, count } = counting();
    for await (const one of flow(count)) {
      await turns(5);
      expect(seen.said).toBe(one + 1);
      if (one === 3) break;
    }
  });

  it('hears a signal of its own too', async () => {
    const { count } = counting();
    const leaving = new AbortController();
    const heard: number[] = [];
    const following = follow(flow(count, leaving.signal), (one) => {
      if (heard.push(one) === 2) leaving.abort(new Error('enough'));
    });
    await expect(following).rejects.toThrow('enough');
    expect(heard).toEqual([0, 1]);
  });
});

describe('what work tells', () => {
  it('is heard while it works, and ends with it', async () => {
    const told = telling<number>(async (say) => {
      say(1);
      await turns(1);
      say(2);
    });
    expect(await lastValueFrom(told.pipe(toArray()))).toEqual([1, 2]);
    await expect(lastValueFrom(telling(async () => Promise.reject(new Error('broke'))))).rejects.toThrow('broke');
  });

  it('is aborted when its reader leaves', async () => {
    let aborted = false;
    const told = telling<number>(async (say, signal) => {
      say(1);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted = true;
      say(2);
    });
    const heard: number[] = [];
    told.subscribe((one) => heard.push(one)).unsubscribe();
    await turns(2);
    expect([aborted, heard]).toEqual([true, [1]]);
  });
});

describe('following', () => {
  it('hears all, and fails with what fails', async () => {
    const heard: number[] = [];
    await follow(of(1, 2), (one) => heard.push(one));
    expect(heard).toEqual([1, 2]);
    await expect(follow(throwError(() => new Error('broke')))).rejects.toThrow('broke');
  });

  it('leaves at an abort, with its reason, and keeps no listener', async () => {
    let left = 0;
    const silent = new Observable<number>(() => () => left++);
    const leaving = new AbortController();
    const following = follow(silent, undefined, leaving.signal);
    leaving.abort(new Error('enough'));
    await expect(following).rejects.toThrow('enough');
    expect(left).toBe(1);
    await expect(follow(silent, undefined, leaving.signal)).rejects.toThrow('enough');
    expect(left).toBe(2);
  });
});
