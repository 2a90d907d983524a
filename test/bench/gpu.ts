import type { Device } from '../../plugins/toolkit/index.ts';
import { Training as Steps } from '../../plugins/toolkit/index.ts';
import { copyProgram } from '../../plugins/toolkit/onnx/copy.ts';
import { findDevice } from '../../plugins/toolkit/onnx/session.ts';
import { trainingFeeds, trainingGraph } from '../../plugins/transformer/architecture/training-graph.ts';
import { optimizerOf } from '../../plugins/transformer/training/optimizer.ts';
import { windows } from '../../plugins/transformer/training/windows.ts';
import type { Say } from './main.ts';
import { bytesRead, made, median, SHAPES } from './transformer-models.ts';
import { ours, prompt } from './transformer-reading.ts';

type Shape = keyof typeof SHAPES;

const ROUNDS = 3;
const STEPS = 5;

/** Adam's two moments beside weights and gradients take too much of a billion for most cards. */
const LEARNED: readonly Shape[] = ['tiny', 'gpt2 124M'];

/** Bytes a second that a device reads, told by its maker: `--bandwidth 3350` of GB. */
const told = (): number | undefined => {
  const at = process.argv.indexOf('--bandwidth');
  return at < 0 ? undefined : Number(process.argv[at + 1]);
};

/** Decode, prefill and training on a GPU: `npm run bench:gpu -- webgpu 124M --bandwidth 1008`; device and shape are what is found, and all, unless told. */
export const bench = async (say: Say): Promise<undefined> => {
  const chosen = process.argv.slice(3);
  const wanted = (['cpu', 'cuda', 'webgpu'] as const).find((name) => chosen.includes(name));
  const device = await findDevice(wanted ?? 'auto', copyProgram('float32'));
  if (device === 'cpu' && wanted !== 'cpu') {
    say('no GPU here', 'name a device, as webgpu, or cpu with the shape tiny');
    return undefined;
  }
  const shapes = (Object.keys(SHAPES) as Shape[]).filter((name) => chosen.some((each) => name.includes(each)));
  for (const shape of shapes.length > 0 ? shapes : (['gpt2 124M', 'llama 1B'] as const)) await measure(say, shape, device);
  return undefined;
};

const measure = async (say: Say, shape: Shape, device: Exclude<Device, 'auto'>): Promise<void> => {
  await using model = await made(shape, { device });
  const { vocabulary } = model;
  await ours(model.session, 512, 1, 4, vocabulary); // warm: kernels are compiled
  for (const [length, rows] of [
    [64, 1],
    [512, 1],
    [512, 8],
  ] as const) {
    const times = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await ours(model.session, length, rows, 32, vocabulary));
    const [token, first] = [median(times.map((each) => each.token)), median(times.map((each) => each.first))];
    const name = `${shape}, ${device}, context ${length}, batch ${rows}`;
    say(`${name}: decode, tokens/s`, ((1000 * rows) / token).toFixed(1));
    say(`${name}: prefill, tokens/s`, ((1000 * rows * length) / first).toFixed(0));
    if (rows > 1) continue;
    const pace = bytesRead(model, length) / token / 1e6;
    const limit = told();
    say(
      `${name}: GB/s${limit === undefined ? '' : ' and share'}`,
      `${pace.toFixed(1)}${limit === undefined ? '' : ` ${(pace / limit).toFixed(3)}`}`,
    );
  }
  if (!LEARNED.includes(shape)) return;
  const { architecture } = model;
  const [batch, length] = [4, 256];
  const plan = {
    ...trainingGraph(architecture, { batch, length, smoothing: 0, balance: 0 }),
    optimizer: optimizerOf({ steps: STEPS }),
    clip: { norm: 1 },
  };
  await using training = await Steps.start({ transformer: plan }, { device, seed: 1 });
  const feeds = windows([prompt(8192, 0, vocabulary)], { batch, length, pack: true, seed: 1 });
  const steps: number[] = [];
  for (let step = 0; step <= STEPS; step++) {
    const began = performance.now();
    await training.step({ ...trainingFeeds(architecture, feeds.next().value!) });
    if (step > 0) steps.push(performance.now() - began);
  }
  const step = median(steps);
  say(
    `${shape}, ${device}: training of ${batch} × ${length}, ms, tokens/s`,
    `${step.toFixed(1)} ${((1000 * batch * length) / step).toFixed(0)}`,
  );
};
