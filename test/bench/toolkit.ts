import * as t from '../../plugins/toolkit/index.ts';
import { benches } from './toolkit-models.ts';

for (const { name, feeds, steps } of benches().slice(0, 0)) console.log(name, feeds, steps);

for (const make of [0, 1, 2, 3]) {
  const only = process.argv[2];
  if (only !== undefined && Number(only) !== make) continue;
  const began = performance.now();
  const bench = benches()[make]!;
  const training = await t.Training.start(bench.plans, { device: 'cpu', seed: 1 });
  const start = performance.now() - began;
  const turn = async (): Promise<number> => {
    let loss = 0;
    for (const plan of Object.keys(bench.plans)) {
      const wanted = bench.plans[plan]!;
      const fed = plan === 'g' ? {} : bench.feeds;
      loss = (await training.step(fed, plan)).loss;
      void wanted;
    }
    return loss;
  };
  for (let i = 0; i < 3; i++) await turn();
  const times: number[] = [];
  let loss = 0;
  for (let i = 0; i < bench.steps; i++) {
    const at = performance.now();
    loss = await turn();
    times.push(performance.now() - at);
  }
  times.sort((a, b) => a - b);
  console.log(bench.name, 'start', start.toFixed(0), 'ms; median step', times[times.length >> 1]!.toFixed(2), 'ms; loss', loss.toFixed(4));
  await training.close();
}
