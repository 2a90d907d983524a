import type { Batch, Tokens } from '../data/tokens.ts';
import type { ForwardInput, ForwardOutput, PriceInput, PriceOutput } from '../stages/model.ts';

/** A reading, or a pricing. */
export type Asked = Omit<ForwardInput, 'positions'> & Partial<Pick<ForwardInput, 'positions'> & Pick<PriceInput, 'targets'>>;

/** Who waits for what, and how far it was read. */
export interface Waiting {
  readonly asked: Asked;
  /** What is still to be read of each row, and what it remembers of what was. */
  fresh: Batch<Tokens>;
  memory: Batch<unknown>;
  failed: boolean;
  resolve(answer: ForwardOutput & PriceOutput): void;
  reject(error: unknown): void;
}

/** What one pass reads of somebody: all that is left, or of each row so many tokens. */
export interface Part {
  readonly of: Waiting;
  readonly cut?: readonly number[];
}

/** Who reads in the next pass, and who waits on, in order. The first who waits is always among the readers, then steps, which cannot be cut, then prefills with what tokens are left. */
export const partsOf = (
  waiting: readonly Waiting[],
  width: number,
  chunk: number,
): { readonly parts: readonly Part[]; readonly rest: Waiting[] } => {
  const [head] = waiting;
  if (!head) return { parts: [], rest: [] };
  const parts: Part[] = [];
  const prefills: Waiting[] = [];
  const passed: Waiting[] = []; // they wait on, and may not be cut
  let rows = isPrefill(head) ? head.fresh.length : 0;
  let tokens = 0;
  for (const one of waiting) {
    if (isPrefill(one)) {
      prefills.push(one);
      continue;
    }
    const size = sizeOf(one);
    const fits = rows + one.fresh.length <= width && tokens + size <= chunk;
    if (one !== head && (!fits || (one.asked.targets !== undefined) !== (head.asked.targets !== undefined))) {
      passed.push(one);
      continue;
    }
    rows += one.fresh.length;
    tokens += size;
    parts.push({ of: one });
  }
  if (prefills.length === 0) return { parts, rest: passed };

  const whole = new Set<Waiting>(parts.map(({ of }) => of));
  const begun: Waiting[] = [];
  if (!head.asked.targets)
    for (const one of prefills) {
      const left = one === head ? Math.max(chunk - tokens, one.fresh.length) : chunk - tokens;
      if (one !== head && (left < one.fresh.length || rows + one.fresh.length > width)) break;
      if (one !== head) rows += one.fresh.length;
      const size = sizeOf(one);
      const cut = size <= left ? undefined : cutOf(one, left);
      parts.push(cut ? { of: one, cut } : { of: one });
      if (cut) begun.push(one);
      else whole.add(one);
      tokens += cut ? cut.reduce((sum, each) => sum + each, 0) : size;
    }
  const rest = waiting.filter((one) => !whole.has(one));
  if (passed.length === 0 || begun.length === 0) return { parts, rest };
  return { parts, rest: [...rest.filter((one) => !begun.includes(one)), ...begun] }; // whoever was passed over goes before its next piece
};

const sizeOf = ({ fresh }: Waiting): number => {
  let size = 0;
  for (const { length } of fresh) size += length;
  return size;
};

/** Whether it can be cut: some row reads more than it is to be predicted after. */
const isPrefill = ({ asked, fresh }: Waiting): boolean => {
  const { positions } = asked;
  if (!positions) return false;
  for (let i = 0; i < fresh.length; i++) if (fresh[i]!.length > Math.max(1, positions[i]!)) return true;
  return false;
};

/** About equally much of every row, at most `most` in all, and nothing of what is to be predicted after. */
const cutOf = ({ asked, fresh }: Waiting, most: number): number[] => {
  const each = Math.max(1, Math.floor(most / fresh.length));
  return fresh.map(({ length }, i) => Math.max(0, Math.min(each, length - Math.max(1, asked.positions![i]!))));
};
