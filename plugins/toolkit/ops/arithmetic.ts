import { numberOf, type Operand, operands } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { heaviside } from './compare.ts';
import { binary, unary } from './define.ts';

const plus = binary('Add', (g) => [g, g]);
const minus = binary('Sub', (g) => [g, negate(g)]);
const times = binary('Mul', (g, a, b) => [multiply(g, b), multiply(g, a)]);
const over = binary('Div', (g, _a, b, y) => [divide(g, b), negate(multiply(g, divide(y, b)))]);

/** a + b */
export const add = (a: Operand, b: Operand): Node => simpler(a, b, 0) ?? plus(a, b);

/** a − b */
export const subtract = (a: Operand, b: Operand): Node => minus(a, b);

/** a · b */
export const multiply = (a: Operand, b: Operand): Node => simpler(a, b, 1) ?? times(a, b);

/** a / b */
export const divide = (a: Operand, b: Operand): Node => over(a, b);

/** What is left where one operand is the neutral number: a gradient of 1 costs nothing. */
const simpler = (a: Operand, b: Operand, neutral: number): Node | undefined => {
  const [x, y] = operands([a, b]);
  if (x.dtype !== y.dtype) return undefined;
  return numberOf(y) === neutral ? x : numberOf(x) === neutral ? y : undefined;
};

/** aᵇ, for a > 0 where b is not a whole number. */
export const power = binary('Pow', (g, a, b, y) => [
  multiply(g, multiply(b, power(a, subtract(b, 1)))),
  numberOf(b) === undefined ? multiply(g, multiply(y, log(a))) : undefined,
]);

/** The smaller of the two; a tie's gradient goes to b. */
export const minimum = binary('Min', (g, a, b) => split(g, subtract(b, a)));

/** The larger of the two; a tie's gradient goes to b. */
export const maximum = binary('Max', (g, a, b) => split(g, subtract(a, b)));

const split = (g: Node, towards: Node): [Node, Node] => {
  const first = multiply(g, heaviside(towards));
  return [first, subtract(g, first)];
};

/** −x */
export const negate = unary('Neg', (g) => negate(g));

/** eˣ */
export const exp = unary('Exp', (g, _, y) => multiply(g, y));

/** ln x */
export const log = unary('Log', (g, x) => divide(g, x));

/** √x */
export const sqrt = unary('Sqrt', (g, _, y) => divide(multiply(g, 0.5), y));

/** 1/x */
export const reciprocal = unary('Reciprocal', (g, _, y) => negate(multiply(g, multiply(y, y))));

/** x² */
export const square = (x: Node): Node => multiply(x, x);

/** |x|; 0 has the derivative −1. */
export const abs = unary('Abs', (g, x) => multiply(g, sign(x)));

/** 1 above 0, else −1. */
export const sign = (x: Node): Node => subtract(multiply(heaviside(x), 2), 1);

/** sin x */
export const sin = unary('Sin', (g, x) => multiply(g, cos(x)));

/** cos x */
export const cos = unary('Cos', (g, x) => negate(multiply(g, sin(x))));

/** The error function. */
export const erf = unary('Erf', (g, x) => multiply(g, multiply(exp(negate(square(x))), 2 / Math.sqrt(Math.PI))));

/** The largest whole number that is not above x; flat, so its derivative is 0. */
export const floor = unary('Floor', () => undefined);

/** The nearest whole number, halves to even; flat, so its derivative is 0. */
export const round = unary('Round', () => undefined);

/** x held between two numbers; outside them its derivative is 0. */
export const clamp = (x: Node, low: number, high: number): Node => minimum(maximum(x, low), high);
