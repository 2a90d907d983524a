import type { Attended, Attention, Batch, StepContext } from '../../core/index.ts';
import type { Hidden } from './encode.ts';
import { lookedAt } from './tasks.ts';

/** The latent that is looked at: the row's own noise, or where a task leads it; what the mapping makes of it, and how far that is truncated, the generator's graph does. */
export class GanAttention implements Attention<Batch<Hidden>, never> {
  attend(hidden: Batch<Hidden>, memory: Batch<undefined>, { task }: StepContext): Attended<Batch<Hidden>, never> {
    return {
      hidden: hidden.map((row, at) => ('judged' in row || !task[at] ? row : { ...row, ...lookedAt(row.latent, task[at]) })),
      memory,
    };
  }
}
