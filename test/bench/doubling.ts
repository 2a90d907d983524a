import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toUSVString } from 'node:util';
import { Engine } from '../../plugins/subword/engine/engine.ts';
import { GrowingRow } from '../../plugins/subword/engine/growing-row.ts';
import { open } from '../../plugins/subword/files/open.ts';
import { scripts } from '../plugins/subword/scripts.ts';
import { absent, tokenizerFile, why } from '../plugins/subword/texts.ts';
import type { Say } from './main.ts';

const LENGTH = 80_000;
/** Seconds below which a ratio says more of the machine than of the work. */
const WORTH = 0.05;
/** A ratio above which both times are taken again, at most so often: what else a machine does makes single times longer. */
const STEEP = 2.2;
const AGAIN = 2;

interface Taken {
  readonly what: string;
  /** Seconds of 80,000 characters. */
  readonly once: number;
  /** Times as long as half of them; 0 where that was too short to tell. */
  readonly ratio: number;
}

/** Seconds of this process, which others on the machine do not lengthen. */
const seconds = (run: () => void): number => {
  const begin = process.cpuUsage();
  run();
  return process.cpuUsage(begin).user / 1e6;
};

const measured = (what: string, run: (all: boolean) => void): Taken => {
  let all = seconds(() => run(true));
  if (all < WORTH) return { what, once: all, ratio: 0 };
  let half = seconds(() => run(false));
  for (let i = 0; i < AGAIN && all > STEEP * half; i++) {
    all = Math.min(
      all,
      seconds(() => run(true)),
    );
    half = Math.min(
      half,
      seconds(() => run(false)),
    );
  }
  return { what, once: all, ratio: all / half };
};

/** 80,000 characters of every script, random bytes, one long word and marks through every tokenizer there is, and how many times as long as half of them; worst first. */
export const bench = async (say: Say): Promise<Record<string, string> | undefined> => {
  if (absent) return { 'subword tokenizers': why };
  const files = readdirSync(dirname(tokenizerFile('gpt2'))).filter((file) => file.endsWith('.gz'));
  const taken = files.flatMap(ofFile);
  const slowest = taken.toSorted((a, b) => b.once - a.once);
  const steepest = taken.filter(({ ratio }) => ratio > 0).toSorted((a, b) => b.ratio - a.ratio);
  say('at most, of 80,000 characters', `${slowest[0]!.once.toFixed(2)} s`);
  say('times as long as 40,000, at most', `${steepest[0]?.ratio.toFixed(2) ?? '–'}× (of those that take ${WORTH} s or more)`);
  for (const { what, once, ratio } of [...steepest, ...slowest.filter(({ ratio }) => ratio === 0)])
    say(what, `${once.toFixed(3)} s${ratio > 0 ? `, ${ratio.toFixed(2)}× half of them` : ''}`);
  return undefined;
};

const ofFile = (file: string): readonly Taken[] => {
  const { compiled } = open(join(dirname(tokenizerFile('gpt2')), file));
  const name = file.slice(0, file.indexOf('.'));
  const engine = new Engine(compiled);
  return Object.entries(scripts).flatMap(([script, make]) => {
    const whole = toUSVString(make(LENGTH));
    const half = toUSVString(whole.slice(0, LENGTH / 2));
    const [all, some] = [engine.tokenize(whole), engine.tokenize(half)];
    const ways: Readonly<Record<string, (text: string, ids: Int32Array) => void>> = {
      encode: (text) => new Engine(compiled).tokenize(text),
      'encode with spans': (text) => engine.locate(text),
      decode: (_text, ids) => engine.detokenize(ids),
      'decode id by id': (_text, ids) => {
        const row = new GrowingRow(engine);
        for (const id of ids) row.push(Int32Array.of(id));
        row.end();
      },
    };
    return Object.entries(ways).map(([way, run]) =>
      measured(`${name}, ${way}: ${script}`, (entire) => (entire ? run(whole, all) : run(half, some))),
    );
  });
};
