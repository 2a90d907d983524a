import { readFileSync } from 'node:fs';
import { lastValueFrom } from 'rxjs';
import { assemble, createRandom, EMPTY, type Model, type Stages, steps, type Tokenizer } from '../../core/index.ts';
import { createCorpus } from '../../core/laws/index.ts';
import { GanDecoder } from '../../plugins/gan/decode.ts';
import { GanEncoder } from '../../plugins/gan/encode.ts';
import { NgramAttention } from '../../plugins/ngram/attend.ts';
import { NgramDecoder } from '../../plugins/ngram/decode.ts';
import { NgramEncoder } from '../../plugins/ngram/encode.ts';
import { NgramModel } from '../../plugins/ngram/model.ts';
import { NgramTrainer } from '../../plugins/ngram/train.ts';
import { Sampling } from '../../plugins/sampling/sampling.ts';
import { ganOf, train } from '../plugins/gan/made.ts';
import { realData } from '../real-data.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const START = 26;
const STOP = 27;
const SAMPLES = 2000;

/** First names, each once, a tenth of them held out: how like them uniform letters, n-grams and a text GAN are. */
export const bench = async (): Promise<Record<string, string>> => {
  const { path, absent, why } = realData('names/names.txt');
  if (absent) return { 'first names': why };
  const names = [...new Set(readFileSync(path, 'utf8').split('\n').filter(Boolean))];
  const order = createRandom(7);
  const shuffled = names.map((name) => [order(), name] as const).sort(([a], [b]) => a - b);
  const held = shuffled.slice(0, Math.round(names.length / 10)).map(([, name]) => name);
  const learned = shuffled.slice(held.length).map(([, name]) => name);
  const known = new Set(held.flatMap(trigrams));
  const copies = new Set(learned);
  const out: Record<string, string> = {};
  const table = (who: string, said: readonly string[]): void => {
    const all = said.flatMap(trigrams);
    const share = all.filter((one) => known.has(one)).length / all.length;
    const copied = said.filter((name) => copies.has(name)).length / said.length;
    const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
    out[who] = `trigrams ${percent(share)}, distinct ${percent(new Set(said).size / said.length)}, copied ${percent(copied)}`;
  };

  const random = createRandom(1);
  table('real names (of those learned from)', learned.slice(0, SAMPLES));
  const letters = (): string =>
    Array.from({ length: learned[Math.floor(random() * learned.length)]!.length }, () => LETTERS[Math.floor(26 * random())]).join('');
  table('uniform letters, lengths of real names', Array.from({ length: SAMPLES }, letters));
  for (const order of [2, 5]) table(`${order}-gram`, await fromNgram(order, learned));

  const budget = Number(process.env.STAGEWRIGHT_STEPS ?? 2000);
  const rows = learned.map((name) => ({ tokens: Int32Array.from([...idsOf(name), STOP]) }));
  const settings = { network: 'text', length: 16, latent: 32, width: 64, depth: 2 } as const;
  const how = {
    game: 'wasserstein',
    gradient_penalty: 10,
    critic_steps: 3,
    learning_rate: 1e-3,
    betas: [0, 0.9] as [number, number],
    average: 0.99,
    decay: 'linear',
  } as const;
  const began = performance.now();
  await using gan = ganOf(tokenizer, settings);
  await train(gan, rows, { ...how, steps: budget, batch: 64 });
  out['text GAN'] = `${budget} steps in ${((performance.now() - began) / 1000).toFixed(0)} s`;
  const luck = Array.from({ length: SAMPLES }, (_, at) => createRandom(7, at));
  const nothing = luck.map(() => undefined);
  for (const draw of ['mode', 'sample'] as const) {
    const encoder = new GanEncoder(ganOf(tokenizer, { ...settings, draw }));
    const run = { random: luck.map((_, at) => createRandom(7, at)), given: nothing, task: nothing, signal: new AbortController().signal };
    const hidden = encoder.encode(
      luck.map(() => EMPTY),
      run,
    );
    const said = await new GanDecoder(gan).decode(hidden);
    if (said.kind === 'point') table(`text GAN, "draw": "${draw}"`, said.rows.map(spell));
  }
  return out;
};

const idsOf = (name: string): number[] => Array.from(name, (letter) => LETTERS.indexOf(letter));
const spell = (ids: Int32Array): string => {
  const end = ids.indexOf(STOP);
  return Array.from(end < 0 ? ids : ids.subarray(0, end), (id) => LETTERS[id] ?? '?').join('');
};
const trigrams = (name: string): string[] => {
  const whole = `^${name}$`;
  return Array.from({ length: Math.max(0, whole.length - 2) }, (_, at) => whole.slice(at, at + 3));
};

const tokenizer = { vocabulary: 28, start: START, stop: STOP, fingerprint: 'names' } as Tokenizer;

/** Names that an n-gram model says. */
const fromNgram = async (order: number, names: readonly string[]): Promise<string[]> => {
  const model = new NgramModel({ order, smoothing: 'kneser-ney' }, tokenizer);
  const rows = names.map((name) => ({ tokens: Int32Array.from([START, ...idsOf(name), STOP]) }));
  const run = { random: createRandom(1), signal: new AbortController().signal };
  await lastValueFrom(new NgramTrainer(model).train(createCorpus(rows), run));
  const stages = { encoder: new NgramEncoder(), attention: new NgramAttention(model), decoder: new NgramDecoder(model) } as Stages;
  const reader: Model = assemble(stages);
  const sampler = new Sampling({ temperature: 1, top_k: 0, top_p: 1, min_p: 0, repetition_penalty: 1 });
  const said: string[] = [];
  for (let at = 0; at < SAMPLES; at++) {
    const ids: number[] = [];
    const request = { prompt: [{ tokens: Int32Array.of(START) }], random: createRandom(5, at), limit: 30, stop: [STOP] };
    for await (const step of steps(reader, sampler, request)) ids.push(...step.emitted);
    said.push(spell(Int32Array.from(ids)));
  }
  return said;
};
