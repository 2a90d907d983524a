import {
  adam,
  add,
  concat,
  heldWithin,
  input,
  linearDecay,
  mean,
  multiply,
  type Node,
  nameOf,
  noise,
  type Optimizer,
  oneHot,
  type Phase,
  type Plan,
  parametersOf,
  slice,
  stopGradient,
  type Update,
} from '../toolkit/index.ts';
import type { Blueprint } from './blueprint.ts';
import { errors } from './errors.ts';
import { games } from './games.ts';
import { gumbelSoftmax } from './gumbel.ts';
import { networksOf } from './networks/networks.ts';
import { isUnbounded, type TrainingSettings } from './options.ts';
import { gradientPenalty, r1Penalty } from './penalties.ts';

/** The two steps of a game. Their inputs: `real`, and where there is such a thing `label`, `instance_noise` and `coolness` (1 over the temperature). */
export interface Plans {
  readonly discriminator: Plan;
  readonly generator: Plan;
}

/** The graphs of both steps. Throws GAN_UNBOUNDED where a Wasserstein discriminator is not held. */
export const plansOf = (blueprint: Blueprint, training: TrainingSettings): Plans => {
  const { network, positions, levels, classes, settings } = blueprint;
  const { batch, game: name, gradient_penalty: penalty, r1, clip, average } = training;
  if (isUnbounded(settings, training)) throw errors.GAN_UNBOUNDED();
  const game = games[name];
  const turns: Update[] = [];
  const networks = networksOf(blueprint, { updates: turns });
  const real = network === 'text' ? oneHot(input('real', [batch, positions], 'int32'), levels) : input('real', [batch, positions]);
  const label = classes > 0 ? input('label', [batch], 'int32') : undefined;
  const z = noise('z', [batch, settings.latent]);

  const fake = (phase: Phase): Node => {
    const made = networks.generate(networks.map(z, phase), label, phase);
    if (network !== 'text') return made;
    return gumbelSoftmax(made, noise('letters', [batch, positions, levels], 'gumbel'), input('coolness', []));
  };
  const deviation = training.instance_noise > 0 ? input('instance_noise', []) : undefined;
  const blurred = (x: Node, noiseName: string): Node =>
    deviation ? add(x, multiply(noise(noiseName, x.shape as readonly number[]), deviation)) : x;

  const shown = stopGradient(fake({ updates: [] }));
  const both = blurred(concat([real, shown], 0), 'blur');
  const judged = networks.judge(both, label && concat([label, label], 0));
  const [judgedReal, judgedFake] = [slice(judged, 0, 0, batch), slice(judged, 0, batch, 2 * batch)];
  const judge = (x: Node): Node => networks.judge(x, label);
  const played = game.discriminator(judgedReal, judgedFake);
  const steepness = [
    ...(penalty > 0 ? [multiply(gradientPenalty(judge, real, shown), penalty)] : []),
    ...(r1 > 0 ? [multiply(r1Penalty(judge, real), r1)] : []),
  ];
  const loss = steepness.reduce((total, one) => add(total, one), played);

  const updates: Update[] = [];
  const tried = networks.judge(blurred(fake({ updates }), 'blur'), label);
  const wanted = game.generator(tried);

  const optimizer = (rate: number, steps: number): Optimizer =>
    adam({ learningRate: training.decay === 'linear' ? linearDecay({ rate, steps }) : rate, betas: training.betas });
  const { steps, critic_steps: turnsEach, learning_rate: rate, critic_learning_rate: criticRate = rate } = training;
  const critic = optimizer(criticRate, steps * turnsEach);
  return {
    discriminator: {
      loss,
      optimizer: clip > 0 ? heldWithin(clip, critic) : critic,
      parameters: learned('discriminator.', loss),
      updates: turns,
      metrics: { played, real_score: mean(judgedReal), fake_score: mean(judgedFake) },
    },
    generator: {
      loss: wanted,
      optimizer: optimizer(rate, steps),
      parameters: learned('generator.', wanted),
      updates,
      ...(average > 0 && { average }),
    },
  };
};

const learned = (prefix: string, loss: Node): Node[] => parametersOf(loss).filter((node) => nameOf(node).startsWith(prefix));
