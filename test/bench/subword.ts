import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer as JsTokenizer } from '@huggingface/tokenizers';
import { encode as gptEncode } from 'gpt-tokenizer/encoding/r50k_base';
import { lastValueFrom } from 'rxjs';
import { get_encoding } from 'tiktoken';
import { createRandom } from '../../core/index.ts';
import { Engine } from '../../plugins/subword/engine/engine.ts';
import { open } from '../../plugins/subword/files/open.ts';
import { learning } from '../plugins/subword/learning.ts';
import { absent, readText, tokenizerFile, tokenizerJson, why } from '../plugins/subword/texts.ts';
import { realData } from '../real-data.ts';

const ROUNDS = 3;

const seconds = (work: () => unknown): number => {
  const begin = performance.now();
  work();
  return (performance.now() - begin) / 1000;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

const megabytes = (text: string, time: number): string => `${(Buffer.byteLength(text) / 1e6 / time).toFixed(2)} MB/s`;

/** Encoding with GPT-2's vocabulary beside its peers; training beside the Rust original and SentencePiece. One core, in turn. */
export const bench = async (): Promise<Record<string, string>> =>
  absent ? { 'subword tokenizers': why } : { ...encoding(), ...linear(), ...(await training()) };

const encoding = (): Record<string, string> => {
  const text = readText('novel');
  const { compiled } = open(tokenizerFile('gpt2'));
  const warm = new Engine(compiled);
  const tiktoken = get_encoding('gpt2');
  const js = new JsTokenizer(JSON.parse(tokenizerJson('gpt2')), {});
  const times: Record<'cold' | 'warm' | 'tiktoken' | 'gpt' | 'js', number[]> = { cold: [], warm: [], tiktoken: [], gpt: [], js: [] };
  warm.tokenize(text);
  for (let round = 0; round < ROUNDS; round++) {
    times.cold.push(seconds(() => new Engine(compiled).tokenize(text)));
    times.tiktoken.push(seconds(() => tiktoken.encode_ordinary(text)));
    times.warm.push(seconds(() => warm.tokenize(text)));
    times.gpt.push(seconds(() => gptEncode(text)));
    times.js.push(seconds(() => js.encode(text, { add_special_tokens: false })));
  }
  tiktoken.free();
  const [cold, hot, tik, gpt, slow] = [times.cold, times.warm, times.tiktoken, times.gpt, times.js].map(median) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const best = Math.min(tik, gpt);
  return {
    'encode 1 MB of a novel, GPT-2, cold': `${megabytes(text, cold)}; warm ${megabytes(text, hot)}`,
    'beside tiktoken': `cold ${(tik / cold).toFixed(2)}×, warm ${(tik / hot).toFixed(2)}× (${megabytes(text, tik)})`,
    'beside gpt-tokenizer': `cold ${(gpt / cold).toFixed(2)}×, warm ${(gpt / hot).toFixed(2)}× (${megabytes(text, gpt)})`,
    'beside the faster of the two': `cold ${(best / cold).toFixed(2)}×, warm ${(best / hot).toFixed(2)}×`,
    'beside @huggingface/tokenizers': `cold ${(slow / cold).toFixed(1)}×, warm ${(slow / hot).toFixed(1)}× (${megabytes(text, slow)})`,
  };
};

/** What eight times the text takes, in times of the text: 8 is linear. */
const linear = (): Record<string, string> => {
  const { compiled } = open(tokenizerFile('gpt2'));
  const random = createRandom(1);
  const noise = Buffer.from(Array.from({ length: 1 << 20 }, () => Math.floor(random() * 256))).toString('latin1');
  const out: Record<string, string> = {};
  for (const [what, text] of [
    ['one letter', 'a'.repeat(1 << 20)],
    ['random bytes', noise],
  ] as const) {
    const part = median(Array.from({ length: ROUNDS }, () => seconds(() => new Engine(compiled).tokenize(text.slice(0, text.length / 8)))));
    const whole = median(Array.from({ length: ROUNDS }, () => seconds(() => new Engine(compiled).tokenize(text))));
    out[`encode 1 MB of ${what}`] = `${whole.toFixed(2)} s, ${(whole / part).toFixed(1)} times an eighth of it`;
  }
  return out;
};

const training = async (): Promise<Record<string, string>> => {
  process.env.RAYON_NUM_THREADS = '1';
  process.env.TOKENIZERS_PARALLELISM = 'false';
  const { BPE, byteLevelPreTokenizer, Tokenizer } = await import('tokenizers');
  const { path } = realData('gutenberg-lm/train.tok.txt');
  const learn = async (use: string, settings: Readonly<Record<string, unknown>>): Promise<number> => {
    const begin = performance.now();
    await lastValueFrom(learning(use, settings).fit(lines(path)));
    return (performance.now() - begin) / 1000;
  };
  const times: Record<'bpe' | 'rust' | 'unigram' | 'piece', number[]> = { bpe: [], rust: [], unigram: [], piece: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.bpe.push(await learn('bpe', { vocabulary: 30_000, min_count: 1 }));
    const rust = new Tokenizer(BPE.empty());
    rust.setPreTokenizer(byteLevelPreTokenizer(false, true));
    times.rust.push(seconds(() => rust.train([path])));
    times.unigram.push(await learn('unigram', { vocabulary: 8000 }));
    const taken = spmTrain(path);
    if (taken !== undefined) times.piece.push(taken);
  }
  const [bpe, rust, unigram] = [median(times.bpe), median(times.rust), median(times.unigram)];
  return {
    'train BPE, 30,000 on 12 MB': `${bpe.toFixed(2)} s, ${(bpe / rust).toFixed(2)} of the Rust original's ${rust.toFixed(2)} s (one thread)`,
    'train Unigram, 8,000 on 12 MB':
      times.piece.length === 0
        ? `${unigram.toFixed(2)} s (spm_train is not installed)`
        : `${unigram.toFixed(2)} s, ${(unigram / median(times.piece)).toFixed(2)} of spm_train's ${median(times.piece).toFixed(2)} s (one thread)`,
  };
};

async function* lines(path: string): AsyncGenerator<string> {
  const text = readFileSync(path, 'utf8');
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at) + 1 || text.length;
    yield text.slice(at, end);
    at = end;
  }
}

const spmTrain = (path: string): number | undefined => {
  const prefix = join(tmpdir(), `stagewright-spm-${process.pid}`);
  try {
    const begin = performance.now();
    execFileSync(
      'spm_train',
      [`--input=${path}`, `--model_prefix=${prefix}`, '--vocab_size=8000', '--model_type=unigram', '--num_threads=1'],
      {
        stdio: 'ignore',
      },
    );
    return (performance.now() - begin) / 1000;
  } catch {
    return undefined;
  }
};
