import type { Random, SparseLogits } from '../../core/index.ts';
import type { Candidates } from './candidates.ts';
import { penalised } from './penalty.ts';
import { type RankedBase, rankBase } from './ranked-base.ts';
import { BAD, NONE } from './selection.ts';

/** Beyond so many e-foldings between the rest and the highest, a sum of the rest that is found by subtraction would lose its precision. */
const STEEPEST = 12;

/** How many ids of the rest are taken at first; twice as many each time they do not do, until a filled row would cost less. */
const FIRST_BITE = 64;
const FEW = 16;

/** One position of sparse logits: what is listed, and the rest in the order of the base. Its arrays are reused from position to position. */
export class SparseRow {
  /** The greatest logit. */
  highest = 0;
  /** Where there is no choice: BAD or NONE. */
  fault: number | undefined;
  readonly #temperature: number;
  readonly #known = new WeakMap<Float32Array, RankedBase>();
  #ranked: RankedBase = { base: new Float32Array(0), order: new Int32Array(0), highest: 0, cumulated: new Float64Array(1), sound: true };
  #rest = 0;
  #count = 0;
  #ids = new Int32Array(64);
  #logits = new Float64Array(64);
  /** By id: which generation listed it. */
  #listed = new Int32Array(0);
  #generation = 0;
  /** How much of the base's order was gone through. */
  #passed = 0;

  constructor(temperature: number) {
    this.#temperature = temperature;
  }

  /** Turns to a position; ids that were `seen` are penalised, where any are. */
  turn({ base, ids, logits, offsets, rest }: SparseLogits, position: number, penalty: number, seen?: ReadonlySet<number>): void {
    let ranked = this.#known.get(base);
    if (!ranked) this.#known.set(base, (ranked = rankBase(base, this.#temperature)));
    this.#ranked = ranked;
    this.#rest = rest[position]!;
    if (this.#listed.length < base.length || this.#generation === 0x7fffffff) {
      this.#listed = new Int32Array(base.length);
      this.#generation = 0;
    }
    this.#generation++;
    this.#count = 0;
    for (let at = offsets[position]!; at < offsets[position + 1]!; at++) {
      const id = ids[at]!;
      this.#list(id, seen?.has(id) ? penalised(logits[at]!, penalty) : logits[at]!);
    }
    for (const id of seen ?? [])
      if (id < base.length && this.#listed[id] !== this.#generation) this.#list(id, penalised(base[id]! + this.#rest, penalty));
    this.#findHighest();
  }

  /** The id of the greatest logit, the smallest of equals. */
  likeliest(): number {
    this.#passed = 0;
    let best = this.#unlisted();
    let greatest = best < 0 ? Number.NEGATIVE_INFINITY : this.#ranked.base[best]! + this.#rest;
    for (let at = 0; at < this.#count; at++) {
      const logit = this.#logits[at]!;
      const id = this.#ids[at]!;
      if (logit > greatest || (logit === greatest && id < best)) {
        best = id;
        greatest = logit;
      }
    }
    return best;
  }

  /** Draws among all ids without filling a row; undefined where it is better to fill one. */
  draw(random: Random, candidates: Candidates): number | undefined {
    const { base, cumulated } = this.#ranked;
    const scale = this.#scale();
    if (scale === undefined) return undefined;
    this.#takeListed(candidates);
    candidates.weigh(this.highest, this.#temperature);
    candidates.sort();
    const { count, ids, values } = candidates;
    const goal = random() * this.#total(candidates, scale);
    let sum = 0;
    let next = 0; // the smallest id not passed
    let last = -1;
    for (let at = 0; at <= count; at++) {
      const id = at < count ? ids[at]! : base.length;
      const between = scale * (cumulated[id]! - cumulated[next]!);
      if (sum + between > goal) return within(cumulated, next, id, cumulated[next]! + (goal - sum) / scale);
      if (between > 0) last = id - 1;
      if (at === count) break;
      sum += between + values[at]!;
      if (sum > goal) return id;
      if (values[at]! > 0) last = id;
      next = id + 1;
    }
    return last; // the sum was rounded down
  }

  /** Takes what may be among the k greatest. */
  takeTop(k: number, candidates: Candidates): void {
    this.#takeListed(candidates);
    const least = candidates.kthGreatest(k);
    let taken = 0;
    let last = Number.NaN;
    this.#passed = 0;
    for (let id = this.#unlisted(); id >= 0; id = this.#unlisted()) {
      const logit = this.#ranked.base[id]! + this.#rest;
      if (logit < least || (taken >= k && logit < last)) break;
      candidates.push(id, logit);
      taken++;
      last = logit;
    }
  }

  /** Takes all with at least a logit. */
  takeFrom(least: number, candidates: Candidates): void {
    candidates.count = 0;
    for (let at = 0; at < this.#count; at++) if (this.#logits[at]! >= least) candidates.push(this.#ids[at]!, this.#logits[at]!);
    this.#passed = 0;
    for (let id = this.#unlisted(); id >= 0; id = this.#unlisted()) {
      const logit = this.#ranked.base[id]! + this.#rest;
      if (logit < least) break;
      candidates.push(id, logit);
    }
  }

  /** Takes, weighed, what may be among the fewest that have the share `p`; says what all weigh, undefined where it is better to fill a row. */
  takeNucleus(p: number, candidates: Candidates): number | undefined {
    const scale = this.#scale();
    if (scale === undefined) return undefined;
    this.#takeListed(candidates);
    candidates.weigh(this.highest, this.#temperature);
    const total = this.#total(candidates, scale);
    const listed = candidates.count;
    let mass = 0; // of what was taken from the rest
    let wanted = FIRST_BITE;
    let last = Number.NaN;
    this.#passed = 0;
    for (let id = this.#unlisted(); id >= 0; id = this.#unlisted()) {
      const weight = Math.exp((this.#ranked.base[id]! + this.#rest - this.highest) / this.#temperature);
      if (weight !== last && candidates.count - listed >= wanted) {
        if (wanted * FEW > this.#ranked.order.length) return undefined;
        if (mass + heavierThan(weight, candidates, listed) >= p * total) break;
        wanted *= 2;
      }
      candidates.push(id, weight);
      mass += weight;
      last = weight;
    }
    return total;
  }

  /** All logits, written out. */
  fill(into: Float32Array): void {
    const { base } = this.#ranked;
    for (let id = 0; id < base.length; id++) into[id] = base[id]! + this.#rest;
    for (let at = 0; at < this.#count; at++) into[this.#ids[at]!] = this.#logits[at]!;
  }

  #list(id: number, logit: number): void {
    if (this.#count === this.#ids.length) {
      const [ids, logits] = [new Int32Array(2 * this.#count), new Float64Array(2 * this.#count)];
      ids.set(this.#ids);
      logits.set(this.#logits);
      [this.#ids, this.#logits] = [ids, logits];
    }
    this.#ids[this.#count] = id;
    this.#logits[this.#count++] = logit;
    this.#listed[id] = this.#generation;
  }

  #findHighest(): void {
    let check = this.#rest;
    let highest = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < this.#count; at++) {
      const logit = this.#logits[at]!;
      check += logit;
      if (logit > highest) highest = logit;
    }
    this.#passed = 0;
    const id = this.#unlisted();
    if (id >= 0) highest = Math.max(highest, this.#ranked.base[id]! + this.#rest);
    this.highest = highest;
    if (check < Number.POSITIVE_INFINITY && this.#ranked.sound) this.fault = highest > Number.NEGATIVE_INFINITY ? undefined : NONE;
    else this.fault = BAD;
  }

  /** The next id in the order of the base that is not listed; -1 where there is none. */
  #unlisted(): number {
    const { order } = this.#ranked;
    while (this.#passed < order.length) {
      const id = order[this.#passed++]!;
      if (this.#listed[id] !== this.#generation) return id;
    }
    return -1;
  }

  #takeListed(candidates: Candidates): void {
    candidates.count = 0;
    for (let at = 0; at < this.#count; at++) candidates.push(this.#ids[at]!, this.#logits[at]!);
  }

  /** What the ranked base's weights are multiplied with here. */
  #scale(): number | undefined {
    const steepness = (this.#rest + this.#ranked.highest - this.highest) / this.#temperature;
    return steepness > STEEPEST ? undefined : Math.exp(steepness);
  }

  /** What the listed ids, weighed, and the rest weigh together. */
  #total({ count, ids, total }: Candidates, scale: number): number {
    const { cumulated } = this.#ranked;
    let rest = cumulated.at(-1)!;
    for (let at = 0; at < count; at++) rest -= cumulated[ids[at]! + 1]! - cumulated[ids[at]!]!;
    return total + scale * Math.max(0, rest);
  }
}

/** What those of the first `count` candidates weigh that are heavier than a weight. */
const heavierThan = (weight: number, { values }: Candidates, count: number): number => {
  let sum = 0;
  for (let at = 0; at < count; at++) if (values[at]! > weight) sum += values[at]!;
  return sum;
};

/** The first id from `begin` on, and before `end`, up to which more than `goal` has cumulated. */
const within = (cumulated: Float64Array, begin: number, end: number, goal: number): number => {
  let low = begin;
  let high = end - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulated[middle + 1]! > goal) high = middle;
    else low = middle + 1;
  }
  return low;
};
