import { parentPort, workerData } from 'node:worker_threads';
import { StagewrightError } from '../../../core/index.ts';
import { ReadingEngine } from './engine.ts';
import { ForeignEngine } from './foreign-engine.ts';
import type { Command, Opening, Reader, Reply } from './protocol.ts';

const port = parentPort!;
const opening = workerData as Opening;
const opened: Promise<Reader> = 'onnx' in opening ? ForeignEngine.open(opening) : ReadingEngine.open(opening);
opened.catch(() => undefined);
const aborted = new Set<number>();
let last: Promise<void> = Promise.resolve();

const answer = (reply: Reply): void => port.postMessage(reply, 'values' in reply ? [reply.values.buffer as ArrayBuffer] : []);

class Left extends Error {}

const read = async ({ id, parts }: Extract<Command, { kind: 'read' }>): Promise<void> => {
  const pause = async (): Promise<void> => {
    await new Promise(setImmediate);
    if (aborted.has(id)) throw new Left();
  };
  try {
    const engine = await opened;
    if (aborted.has(id)) throw new Left();
    answer({ id, values: await engine.read(parts, pause) });
  } catch (error) {
    if (error instanceof Left) answer({ id, aborted: true });
    else if (error instanceof StagewrightError) answer({ id, code: error.code, message: error.message });
    else answer({ id, code: 'TRANSFORMER_THREAD', message: error instanceof Error ? error.message : String(error) });
  } finally {
    aborted.delete(id);
  }
};

const obey = async (command: Command): Promise<void> => {
  if (command.kind === 'read') return read(command);
  const engine = await opened.catch(() => undefined);
  if (command.kind === 'rewind') await engine?.rewind(command.memory, command.next, command.tokens);
  if (command.kind === 'release') engine?.release(command.memory);
  if (command.kind !== 'close') return;
  await engine?.close();
  port.close(); // nothing else keeps the thread: it ends by itself, never in mid-run
};

port.on('message', (command: Command) => {
  if (command.kind === 'abort') aborted.add(command.id);
  else last = last.then(() => obey(command));
});
