import * as t from '../../plugins/toolkit/index.ts';
import { gpt, vae } from '../bench/toolkit-models.ts';

/** Trains 100 steps on a device and prints the losses: a program of its own, because a driver is chosen when a process starts. */
const [name, device] = process.argv.slice(2) as ['gpt' | 'vae', t.Device];
const { plans, feeds } = name === 'gpt' ? gpt(2, 32, 2, 16, 4, 100, 20) : vae(16, 100);
const share = name === 'gpt' ? 1 : 784; // a VAE's loss is told for a picture; here for a pixel
await using training = await t.Training.start(plans, { device, seed: 1 });
const losses: number[] = [];
for (let step = 0; step < 100; step++) losses.push((await training.step(feeds)).loss / share);
console.log(JSON.stringify(losses));
