import { lastValueFrom, toArray } from 'rxjs';
import { type Corpus, createRandom } from '../../core/index.ts';
import { TransformerModel } from '../../plugins/transformer/model.ts';
import { TransformerTrainer } from '../../plugins/transformer/train.ts';

/** Trains 50 steps on a device, and says the losses and what the model then says after a prompt: a program of its own, since a driver may end it. */
const [device, preset] = process.argv.slice(2) as ['cpu' | 'webgpu', 'gpt2' | 'llama'];

const rows = Array.from({ length: 40 }, (_, r) => ({ tokens: Int32Array.from({ length: 12 }, (_, i) => (r + 3 * i + (i % 3)) % 17) }));
const corpus: Corpus = {
  rows: rows.length,
  async *read() {
    yield rows;
  },
};
await using model = new TransformerModel({ preset, layers: 2, heads: 2, width: 16, context: 32, device }, { vocabulary: 18 });
const optimizer = { use: 'adamw', with: { learning_rate: 1e-2 } };
const settings = { steps: 50, batch: 4, pack: true, clip: 1, accumulate: 1, label_smoothing: 0, balance: 0.01, optimizer };
const run = { random: createRandom(1), signal: new AbortController().signal };
const words = await lastValueFrom(new TransformerTrainer(model, settings).train(corpus, run).pipe(toArray()));

const { session } = model;
let part = { fresh: Int32Array.of(1, 4, 8), memory: 0, next: session.number(), positions: 1 };
const said: number[] = [];
for (let count = 0; count < 20; count++) {
  const logits = (await session.read([part], run.signal)) as Float32Array;
  said.push(logits.indexOf(Math.max(...logits)));
  part = { fresh: Int32Array.of(said.at(-1)!), memory: part.next, next: session.number(), positions: 1 };
}
console.log(JSON.stringify({ losses: words.map(({ figures }) => figures!.loss), said }));
