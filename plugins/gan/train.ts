import type { Observable } from 'rxjs';
import {
  type Batch,
  type Corpus,
  flow,
  type ProgressEvent,
  type Row,
  StagewrightError,
  type Trainer,
  type TrainingContext,
} from '../../core/index.ts';
import { type Feed, Training as Steps } from '../toolkit/index.ts';
import type { Blueprint } from './blueprint.ts';
import { packKept, unpackKept } from './checkpoint.ts';
import { errors } from './errors.ts';
import { labelsOf, realsOf } from './matter.ts';
import type { GanModel, Weights } from './model.ts';
import { Monitors } from './monitors.ts';
import type { TrainingSettings } from './options.ts';
import { plansOf } from './plans.ts';
import { referenceOf } from './reference.ts';
import { diagnose, UNWATCHED } from './watch.ts';

/** Plays the game of generator and discriminator, watches it, and keeps the last generator that was worth it. */
export class GanTrainer implements Trainer {
  readonly #model: GanModel;
  readonly #settings: TrainingSettings;

  constructor(model: GanModel, settings: TrainingSettings) {
    this.#model = model;
    this.#settings = settings;
  }

  /** Leaving the stream stops the training; an abort does too, and fails with its reason. */
  train(corpus: Corpus, run: TrainingContext): Observable<ProgressEvent> {
    return flow((signal) => learn(this.#model, this.#settings, corpus, { ...run, signal }), run.signal);
  }
}

async function* learn(
  model: GanModel,
  settings: TrainingSettings,
  corpus: Corpus,
  run: TrainingContext,
): AsyncGenerator<ProgressEvent, void> {
  const { blueprint } = model;
  const { random, signal } = run;
  const [seed, noiseSeed] = [Math.floor(random() * 2 ** 31), Math.floor(random() * 2 ** 31)];
  const owner = { ...model.identity, ...settings };
  const kept = run.checkpoint && unpackKept(run.checkpoint, owner);
  const plans = { ...plansOf(blueprint, settings) };
  const reference = await referenceOf(corpus, blueprint);
  signal.throwIfAborted();
  const { device, threads } = settings;
  const training = await Steps.start(plans, { seed, device, ...(threads !== undefined && { threads }) });
  let { step = 0, read = 0, watched = UNWATCHED, good } = kept ?? {};
  const batches = corpus.read({ batch: settings.batch, shuffle: true, skip: read })[Symbol.asyncIterator]();
  let asked: Promise<Uint8Array> | undefined;
  let ended = false;
  const weights = (): Promise<Weights> => training.weights({ average: settings.average > 0, plan: 'generator' });
  const checkpoint = (): Promise<Uint8Array> => {
    if (ended) return Promise.reject(errors.GAN_STOPPED());
    const now = { step, read, watched, good };
    asked = training.state().then((state) => packKept({ ...now, training: state }, owner));
    return asked;
  };
  const word = (more: Partial<ProgressEvent> = {}): ProgressEvent => ({
    done: step,
    total: settings.steps,
    unit: 'steps',
    checkpoint,
    ...more,
  });
  try {
    const monitors = await Monitors.open(blueprint, reference, training.host, noiseSeed);
    if (kept) await training.restore(kept.training);
    while (step < settings.steps) {
      signal.throwIfAborted();
      const feeds = feedsAt(blueprint, settings, step);
      let label: Record<string, Feed> = {};
      let critic: Awaited<ReturnType<Steps['step']>> | undefined;
      for (let turn = 0; turn < settings.critic_steps; turn++) {
        const rows = (await batches.next()).value as Batch<Row>;
        read++;
        if (blueprint.classes > 0)
          label = {
            label: labelsOf(
              blueprint,
              rows.map(({ given }) => given),
            ),
          };
        critic = await training.step({ ...feeds, ...label, real: realsOf(blueprint, rows) }, 'discriminator');
      }
      const generator = await training.step({ ...feeds, ...label }, 'generator');
      step++;
      if (step % settings.monitor > 0 && step < settings.steps) {
        yield word();
      } else {
        const sight = await monitors.look();
        const judgement = diagnose(watched, sight, generator.gradientNorm, step, settings.steps);
        watched = judgement.watched;
        if (watched.healthy) good = await weights();
        const figures = {
          discriminator_loss: critic!.loss,
          generator_loss: generator.loss,
          discriminator_gradient: critic!.gradientNorm,
          generator_gradient: generator.gradientNorm,
          real_score: critic!.metrics.real_score!,
          fake_score: critic!.metrics.fake_score!,
          ...sight,
        };
        const { warning } = judgement;
        if (warning && settings.on_collapse === 'stop') throw errors.GAN_COLLAPSED(step, warning);
        yield word({ figures, ...(warning && { warning: `At step ${step} ${warning}` }) });
      }
      await asked;
      asked = undefined;
    }
    const spoiled = !watched.healthy && good !== undefined;
    await model.learn(spoiled ? good! : await weights());
    if (spoiled) yield word({ warning: 'The generator was not well at the end; the last one that was is kept.' });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof StagewrightError && error.code === 'TOOLKIT_DIVERGED')) throw error;
    if (!good) throw errors.GAN_DIVERGED(step + 1).because(error);
    await model.learn(good);
    yield word({ warning: `${error.message} The last good generator is kept.` });
  } finally {
    await asked?.catch(() => undefined); // whoever asked hears of it
    ended = true;
    await batches.return?.();
    await training.close();
  }
}

/** What the networks are fed besides rows, at a step. */
const feedsAt = ({ network }: Blueprint, { steps, instance_noise: noise, temperature: [first, last] }: TrainingSettings, step: number) => {
  const share = step / Math.max(1, steps - 1);
  return {
    ...(noise > 0 && { instance_noise: Float32Array.of(noise * (1 - share)) }),
    ...(network === 'text' && { coolness: Float32Array.of(1 / (first * (last / first) ** share)) }),
  };
};
