import { type MessagePort, workerData } from 'node:worker_threads';
import { Interpreter, parse, Template } from '@huggingface/jinja';
import './python.ts';
import { tokensOf } from './source.ts';
import { plainly } from './syntax.ts';

/** What the thread begins with: where tasks come from and answers go, and the count of answers that its owner watches. */
export interface Start {
  readonly port: MessagePort;
  readonly answers: Int32Array<SharedArrayBuffer>;
}

/** A template and what it is told. */
export interface Task {
  readonly template: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A text, or why there is none. */
export type Reply = { readonly text: string } | { readonly why: string };

/** Units of text, more than any model reads; those of all long texts together; and members of a list. Beyond these, memory may run out where no thread can be stopped. */
const LONGEST_TEXT = 1 << 24;
const LONG_TEXT = 1 << 16;
const LONG_TEXTS = 1 << 28;
const LONGEST_LIST = 1 << 20;
const MOST_KEPT = 16;

let long = 0;

const evaluate = Interpreter.prototype.evaluate;
Interpreter.prototype.evaluate = function (...of: Parameters<typeof evaluate>) {
  const made = evaluate.apply(this, of);
  const { value } = made as { readonly value: unknown };
  if (typeof value === 'string') {
    if (value.length > LONG_TEXT) long += value.length;
    checkLength('a text', value.length, LONGEST_TEXT);
    checkLength('long texts', long, LONG_TEXTS);
  }
  if (Array.isArray(value)) checkLength('a list', value.length, LONGEST_LIST);
  return made;
};

const checkLength = (what: string, length: number, most: number): void => {
  if (length > most) throw new Error(`${what} of ${length}, where ${most} is the most`);
};

const kept = new Map<string, Template>();

const parsed = (template: string): Template['parsed'] => {
  const tokens = tokensOf(template);
  try {
    return parse(tokens);
  } catch (error) {
    throw new Error(plainly(error instanceof Error ? error.message : String(error)));
  }
};

const compiled = (template: string): Template => {
  const found = kept.get(template);
  if (found) return found;
  const made = new Template('');
  made.parsed = parsed(template);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(template, made);
  return made;
};

const answer = ({ template, variables }: Task): Reply => {
  long = 0;
  try {
    return { text: compiled(template).render({ ...variables }) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
};

const { port, answers } = workerData as Start;
const tell = (): void => {
  Atomics.add(answers, 0, 1);
  Atomics.notify(answers, 0);
};
port.on('message', (task: Task) => {
  port.postMessage(answer(task));
  tell();
});
tell();
