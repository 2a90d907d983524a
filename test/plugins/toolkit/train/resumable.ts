import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as t from '../../../../plugins/toolkit/index.ts';

/** Trains to a number of steps, keeping its state in a file after each: run as a program, killed and run again by the test beside it. */
const [path, steps] = [process.argv[2]!, Number(process.argv[3])];
const x = t.input('x', [16, 8]);
const hidden = t.dropout('drop', t.tanh(t.linear('a', 8, 32)(x)), 0.1);
const loss = t.mean(t.square(t.subtract(t.linear('b', 32, 8)(hidden), x)));
const optimizer = t.adamW({ learningRate: t.cosineDecay({ rate: 0.01, steps }) });
await using training = await t.Training.start({ p: { loss, optimizer, accumulate: 2, average: 0.99 } }, { device: 'cpu', seed: 11 });
let done = 0;
if (existsSync(path)) {
  const kept = readFileSync(path);
  done = kept.readUInt32LE(0);
  await training.restore(kept.subarray(4));
}
for (; done < steps; ) {
  await training.step({ x: Float32Array.from({ length: 128 }, (_, at) => Math.sin(at * 0.37 + done)) });
  const state = await training.state();
  const head = Buffer.alloc(4);
  head.writeUInt32LE(++done);
  writeFileSync(`${path}.new`, Buffer.concat([head, state]));
  renameSync(`${path}.new`, path);
}
