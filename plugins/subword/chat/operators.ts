import { contains } from './tests.ts';
import {
  BooleanValue,
  equal,
  FloatValue,
  integer,
  isBefore,
  isList,
  isNumber,
  isText,
  isTuple,
  list,
  named,
  spelled,
  text,
  tuple,
  type Value,
} from './values.ts';

/** Units of text that a repeated one may have. */
const LONGEST = 1 << 24;

const truth = (value: boolean): Value => new BooleanValue(value);

const sum = (one: Value, other: Value): Value | undefined => {
  if (isText(one) && isText(other)) return text(one.value + other.value);
  if (!isList(one) || !isList(other)) return undefined;
  const both = one.value.concat(other.value);
  const tuples = [one, other].filter(isTuple).length;
  return tuples === 0 ? list(both) : tuples === 2 ? tuple(both) : undefined;
};

const repeated = (one: Value, other: Value): Value | undefined => {
  if (!isText(one) || other.type !== 'IntegerValue') return undefined;
  const times = Math.max(0, other.value as number);
  if (one.value.length * times > LONGEST) throw new Error(`a text of ${one.value.length * times}, where ${LONGEST} is the most`);
  return text(one.value.repeat(times));
};

const modulo = (a: number, b: number): number => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': modulo,
  '**': (a, b) => a ** b,
};

const reckoned = (operator: string, one: Value, other: Value): Value | undefined => {
  const reckon = arithmetic[operator];
  if (!reckon || !isNumber(one) || !isNumber(other)) return undefined;
  const [a, b] = [Number(one.value), Number(other.value)];
  if (b === 0 && ['/', '//', '%'].includes(operator)) throw new Error('a number is divided by zero');
  const made = reckon(a, b);
  if (!Number.isFinite(made)) throw new Error(`${a} ${operator} ${b} is no finite number`);
  const float = operator === '/' || one.type === 'FloatValue' || other.type === 'FloatValue' || (operator === '**' && b < 0);
  if (!float && !Number.isSafeInteger(made)) throw new Error(`${a} ${operator} ${b} is an integer beyond 2^53, which is not known here`);
  return float ? new FloatValue(made) : integer(made + 0);
};

/** What an operator makes of two values, as Python has it; throws where Python would. */
export const operated = (operator: string, one: Value, other: Value): Value => {
  switch (operator) {
    case '==':
      return truth(equal(one, other));
    case '!=':
      return truth(!equal(one, other));
    case '<':
      return truth(isBefore(one, other));
    case '>':
      return truth(isBefore(other, one));
    case '<=':
      return truth(!isBefore(other, one));
    case '>=':
      return truth(!isBefore(one, other));
    case 'in':
      return truth(contains(other, one));
    case 'not in':
      return truth(!contains(other, one));
    case '~':
      return text(spelled(one) + spelled(other));
  }
  const made =
    reckoned(operator, one, other) ??
    (operator === '+' ? sum(one, other) : operator === '*' ? (repeated(one, other) ?? repeated(other, one)) : undefined);
  if (!made) throw new Error(`"${operator}" has no meaning between ${named(one)} and ${named(other)} here`);
  return made;
};
