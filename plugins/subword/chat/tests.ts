import {
  BooleanValue,
  equal,
  Iterator,
  isBefore,
  isList,
  isMap,
  isNumber,
  isText,
  isUndefined,
  Series,
  spelled,
  type Value,
} from './values.ts';

type Test = (value: Value, other?: Value) => boolean;

const whole = (value: Value): number => {
  if (value.type !== 'IntegerValue' && value.type !== 'BooleanValue') throw new Error(`the tests "odd" and "even" are of integers`);
  return Number(value.value);
};
const compared =
  (compare: (one: Value, other: Value) => boolean): Test =>
  (one, other) => {
    if (!other) throw new Error('a test that compares needs something to compare with');
    return compare(one, other);
  };
const cased = (value: string, to: string): boolean => value === to && /\p{Cased}/u.test(value);
const equals = compared(equal);
const differs = compared((one, other) => !equal(one, other));
const less = compared(isBefore);
const greater = compared((one, other) => isBefore(other, one));
const most = compared((one, other) => isBefore(one, other) || equal(one, other));
const least = compared((one, other) => isBefore(other, one) || equal(one, other));
const isWhole: Test = ({ type }) => type === 'IntegerValue';

const isSequence: Test = (value) => isList(value) || isText(value) || isMap(value) || isUndefined(value) || value.type === 'RangeValue';

/** Jinja's tests. */
const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['boolean', ({ type }) => type === 'BooleanValue'],
  ['callable', ({ type }) => type === 'FunctionValue'],
  ['odd', (value) => whole(value) % 2 !== 0],
  ['even', (value) => whole(value) % 2 === 0],
  ['false', (value) => value instanceof BooleanValue && value.value === false],
  ['true', (value) => value instanceof BooleanValue && value.value === true],
  ['none', ({ type }) => type === 'NullValue'],
  ['string', isText],
  ['number', isNumber],
  ['integer', isWhole],
  ['float', ({ type }) => type === 'FloatValue'],
  ['mapping', isMap],
  ['iterable', (value) => isSequence(value) || value instanceof Series || value instanceof Iterator],
  ['sequence', isSequence],
  ['lower', (value) => cased(spelled(value), spelled(value).toLowerCase())],
  ['upper', (value) => cased(spelled(value), spelled(value).toUpperCase())],
  ['defined', (value) => !isUndefined(value)],
  ['undefined', isUndefined],
  ...['eq', 'equalto', '=='].map((name): [string, Test] => [name, equals]),
  ...['ne', '!='].map((name): [string, Test] => [name, differs]),
  ...['lt', 'lessthan', '<'].map((name): [string, Test] => [name, less]),
  ...['gt', 'greaterthan', '>'].map((name): [string, Test] => [name, greater]),
  ...['le', '<='].map((name): [string, Test] => [name, most]),
  ...['ge', '>='].map((name): [string, Test] => [name, least]),
  ['in', compared((one, other) => contains(other, one))],
]);

/** Whether a value is in another, as Python's `in` has it. */
export const contains = (whole: Value, part: Value): boolean => {
  if (whole instanceof Iterator) {
    for (let one = whole.next(); one; one = whole.next()) if (equal(one, part)) return true;
    return false;
  }
  if (isList(whole) || whole instanceof Series) return whole.value.some((member) => equal(member, part));
  if (isUndefined(whole)) return false;
  if (isMap(whole)) return isText(part) && whole.value.has(part.value);
  if (isText(whole) && isText(part)) return whole.value.includes(part.value);
  throw new Error(`"in" has no meaning for these two values`);
};

/** A test by its name; throws where there is none. */
export const testOf = (name: string): Test => {
  const test = tests.get(name);
  if (!test) throw new Error(`the test "${name}" is not known here`);
  return test;
};
