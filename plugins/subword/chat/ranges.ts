import { integer, named, Series, type Value } from './values.ts';

/** As many as Jinja's own sandbox allows. */
const LONGEST = 100_000;

const whole = (value: Value): number => {
  if (value.type !== 'IntegerValue' && value.type !== 'BooleanValue') throw new Error(`range() takes integers, not ${named(value)}`);
  return Number(value.value);
};

/** What Python's range() gives; throws where it is longer than a sandbox lets it be. */
export const rangeOf = (args: readonly Value[]): Value => {
  if (args.length < 1 || args.length > 3) throw new Error(`range() takes 1 to 3 integers, not ${args.length}`);
  const [one, two, step = 1] = args.map(whole);
  const [from, to] = two === undefined ? [0, one!] : [one!, two];
  if (step === 0) throw new Error('range() step must not be zero');
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (length > LONGEST) throw new Error(`a range of ${length}, where ${LONGEST} is the most`);
  const members = Array.from({ length }, (_, i) => integer(from + i * step));
  return new Series('RangeValue', members, () => `range(${from}, ${to}${step === 1 ? '' : `, ${step}`})`);
};
