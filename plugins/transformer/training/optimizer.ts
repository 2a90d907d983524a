import {
  adam,
  adamW,
  constantRate,
  cosineDecay,
  inverseSquareRoot,
  linearDecay,
  lion,
  type Optimizer,
  oneCycle,
  rmsProp,
  type Schedule,
  sgd,
} from '../../toolkit/index.ts';
import type { Named, TransformerTraining } from './settings.ts';

type Chosen = Required<Exclude<Named, string>>;

const chosen = (value: Named = '', otherwise: string): Chosen =>
  typeof value === 'string' ? { use: value || otherwise, with: {} } : { with: {}, ...value };

const USUAL: Readonly<Record<string, number>> = { sgd: 0.1, lion: 1e-4 };

/** The optimiser and the schedule that settings name. */
export const optimizerOf = ({ optimizer, schedule, steps }: Pick<TransformerTraining, 'optimizer' | 'schedule' | 'steps'>): Optimizer => {
  const { use, with: settings } = chosen(optimizer, 'adamw');
  const { learning_rate = USUAL[use] ?? 1e-3, weight_decay, ...rest } = settings as { learning_rate?: number; weight_decay?: number };
  const known = { learningRate: scheduleOf(chosen(schedule, 'cosine'), learning_rate, steps), ...rest };
  const decaying = { ...known, ...(weight_decay !== undefined && { weightDecay: weight_decay }) };
  switch (use) {
    case 'adam':
      return adam(known);
    case 'lion':
      return lion(decaying);
    case 'sgd':
      return sgd(known);
    case 'rmsprop':
      return rmsProp(known);
    default:
      return adamW(decaying);
  }
};

const scheduleOf = ({ use, with: settings }: Chosen, rate: number, steps: number): Schedule => {
  const how = { rate, steps, ...(settings as { warmup?: number; floor?: number }) };
  switch (use) {
    case 'constant':
      return constantRate(how);
    case 'linear':
      return linearDecay(how);
    case 'inverse_square_root':
      return inverseSquareRoot({ rate, warmup: Math.max(1, how.warmup ?? 0) });
    case 'one_cycle':
      return oneCycle(how);
    default:
      return cosineDecay(how);
  }
};
