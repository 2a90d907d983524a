import { workerData } from 'node:worker_threads';
import { type Asker, answerCalls, Moved } from '../../../core/data/thread-answers.ts';
import { InferenceEngine } from './engine.ts';
import { ForeignEngine } from './foreign-engine.ts';
import type { Opening, Part, Reader } from './protocol.ts';

const opening = workerData as Opening;
const opened: Promise<Reader> = 'onnx' in opening ? ForeignEngine.open(opening) : InferenceEngine.open(opening);
const engine = opened.catch(() => undefined);

const methods = {
  /** Logits [positions, vocabulary], or prices where targets were given. */
  read: async (parts: readonly Part[], asker: Asker) => {
    const pause = async (): Promise<void> => {
      await new Promise(setImmediate);
      asker.throwIfGone();
    };
    const values = await (await opened).read(parts, pause);
    return new Moved(values, [values.buffer]);
  },
  rewind: async ({ memory, next, tokens }: { readonly memory: number; readonly next: number; readonly tokens: number }) =>
    (await engine)?.rewind(memory, next, tokens),
  release: async (memory: number) => (await engine)?.release(memory),
};

/** What can be asked of the thread. */
export type Methods = typeof methods;

answerCalls(methods, async () => (await engine)?.close());
