import { Presets, SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { TrainingEvent } from '../../index.ts';
import { note } from './outlet.ts';

/** Shows how far a training is, on stderr: a bar on a terminal, JSON lines elsewhere (two a second at most). */
export const showProgress = (): { say(word: TrainingEvent): void; end(): void } => (process.stderr.isTTY ? bar() : lines());

const bar = () => {
  let current: SingleBar | undefined;
  let unit = '';
  const end = (): void => {
    current?.stop();
    current = undefined;
  };
  return {
    say({ stage, progress, sample }: TrainingEvent): void {
      const { done, total, figures, warning } = progress;
      if (warning) {
        end();
        note(`${pc.yellow(warning)}\n`);
      }
      if (sample !== undefined) {
        end();
        note(`${pc.dim(sample.trimEnd())}\n`);
      }
      const name = stage === 'tokenize' ? 'fitting  ' : 'training ';
      if (!current || unit !== name + progress.unit) {
        end();
        unit = name + progress.unit;
        current = new SingleBar(
          { format: `${pc.cyan(name)} {bar} {done} ${progress.unit} {figures}`, hideCursor: true, clearOnComplete: false, barsize: 28 },
          Presets.shades_classic,
        );
        current.start(total ?? Math.max(1, done), done, { done: '', figures: '' });
      }
      const shown = Object.entries(figures ?? {}).map(([key, value]) => `${key} ${Number(value.toPrecision(4))}`);
      current.setTotal(total ?? Math.max(1, done));
      current.update(done, {
        done: total === undefined ? done.toLocaleString('en') : `${done.toLocaleString('en')}/${total.toLocaleString('en')}`,
        figures: pc.dim(shown.join(' ')),
      });
    },
    end,
  };
};

const lines = () => {
  let last = Number.NEGATIVE_INFINITY;
  let held: string | undefined;
  return {
    say({ stage, progress: { done, total, unit, figures, warning }, sample }: TrainingEvent): void {
      held = `${JSON.stringify({ stage, done, total, unit, ...figures, warning, sample })}\n`;
      if (!warning && sample === undefined && performance.now() - last < 500) return;
      note(held);
      held = undefined;
      last = performance.now();
    },
    end(): void {
      if (held) note(held);
      held = undefined;
    },
  };
};
