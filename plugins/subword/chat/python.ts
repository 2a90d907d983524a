import { Environment, Interpreter } from '@huggingface/jinja';
import { applied } from './filters.ts';
import { checkTarget, Leave, loopOf, type Part, unpacked } from './loops.ts';
import { methodOf } from './methods.ts';
import { operated } from './operators.ts';
import { rangeOf } from './ranges.ts';
import { strftime } from './strftime.ts';
import { testOf } from './tests.ts';
import {
  BooleanValue,
  Iterator,
  integer,
  isList,
  isMap,
  isText,
  isTrue,
  isTuple,
  isUndefined,
  membersOf,
  named,
  nothing,
  spelled,
  text,
  tuple,
  type Value,
} from './values.ts';

// The interpreter is exchanged part by part where it does otherwise than Jinja with Python; what it parses is its own.

type Tree = Part & Readonly<Record<string, unknown>>;
type Evaluation = (this: Inner, node: Tree, environment: Environment) => Value;
interface Inner {
  evaluate(node: unknown, environment: Environment): Value;
  evaluateArguments(args: unknown, environment: Environment): [Value[], Map<string, Value>];
  evaluateSliceExpression: (object: Value, node: unknown, environment: Environment) => Value;
  applyFilter(operand: Value, filter: Tree, environment: Environment): Value;
  evaluateBlock(statements: readonly Tree[], environment: Environment): Value & { readonly value: string };
}

const setAll = (environment: Environment, of: Iterable<readonly [string, Value]>): Environment => {
  for (const [name, value] of of) environment.setVariable(name, value as never);
  return environment;
};

/** Statements that spell nothing. */
const silent = new Set(['Set', 'Macro', 'Comment']);

const block = function (this: Inner, statements: readonly Tree[], environment: Environment): Value {
  let out = '';
  try {
    for (const statement of statements) {
      const made = this.evaluate(statement, environment);
      if (!silent.has(statement.type)) out += spelled(made);
    }
  } catch (error) {
    if (error instanceof Leave) error.text = out + error.text;
    throw error;
  }
  return text(out);
};

const loop: Evaluation = function ({ iterable, loopvar, body, defaultBlock }, environment) {
  checkTarget(loopvar as Part, 'loop');
  const { type, lhs, test } = iterable as Tree;
  const filtered = type === 'SelectExpression';
  const bound = (member: Value) => setAll(new Environment(environment), unpacked(loopvar as Part, member));
  const whole = this.evaluate(filtered ? lhs : iterable, environment);
  const all = membersOf(whole, 'a loop');
  const members = filtered ? all.filter((member) => isTrue(this.evaluate(test, bound(member)))) : all;
  let out = '';
  let passed = false;
  for (const [i, member] of members.entries()) {
    const scope = setAll(new Environment(environment), [['loop', loopOf(members, i)]]);
    try {
      out += this.evaluateBlock(body as Tree[], setAll(scope, unpacked(loopvar as Part, member))).value;
      passed = true;
    } catch (error) {
      if (!(error instanceof Leave)) throw error;
      out += error.text;
      if (error.ends && whole instanceof Iterator && !filtered) whole.unread(members.length - i - 1);
      if (error.ends) break;
    }
  }
  return text(passed ? out : out + this.evaluateBlock(defaultBlock as Tree[], new Environment(environment)).value);
};

/** The text of a block that is no part of what is around it: names that it sets are its own, and nothing of it stays where it is left. */
const apart = (self: Inner, body: unknown, environment: Environment): Value => {
  try {
    return self.evaluateBlock(body as Tree[], new Environment(environment));
  } catch (error) {
    if (error instanceof Leave) error.text = '';
    throw error;
  }
};

/** A text through the filters behind the name that a block sets. */
const through = (self: Inner, { type, operand, filter: next }: Tree, made: Value, environment: Environment): Value =>
  type === 'FilterExpression' ? self.applyFilter(through(self, operand as Tree, made, environment), next as Tree, environment) : made;

const assign: Evaluation = function ({ assignee, value, body }, environment) {
  const made = value ? this.evaluate(value, environment) : through(this, assignee as Tree, apart(this, body, environment), environment);
  let target = assignee as Tree;
  while (!value && target.type === 'FilterExpression') target = target.operand as Tree;
  if (target.type === 'MemberExpression') {
    const owner = this.evaluate(target.object, environment);
    if (owner.type !== 'NamespaceValue' || target.computed) throw new Error('only attributes of a namespace are set');
    (owner.value as Map<unknown, Value>).set((target.property as Tree).value, made);
  } else {
    checkTarget(target);
    setAll(environment, unpacked(target, made));
  }
  return nothing();
};

const filterBlock: Evaluation = function ({ filter: asked, body }, environment) {
  return this.applyFilter(apart(this, body, environment), asked as Tree, environment);
};

const member: Evaluation = function ({ object: owner, property, computed }, environment) {
  const object = this.evaluate(owner, environment);
  const { type, value } = property as Tree;
  if (isUndefined(object)) throw new Error(`${String((owner as Tree).value ?? 'a value')} is undefined, and has nothing in it`);
  if (computed && type === 'SliceExpression') {
    if (!isList(object) && !isText(object)) throw new Error(`${named(object)} cannot be sliced here; make it a list first`);
    const part = this.evaluateSliceExpression(object, property, environment);
    return isTuple(object) ? tuple(part.value as readonly Value[]) : part;
  }
  const key = computed
    ? this.evaluate(property, environment)
    : type === 'IntegerLiteral'
      ? integer(value as number)
      : text(value as string);
  if (object.type === 'FunctionValue') throw new Error('the attributes of functions are not known here');
  const held = isMap(object) || object.type === 'NamespaceValue' ? (object.value as Map<unknown, Value>).get(key.value) : undefined;
  if (isText(key)) return (computed ? (held ?? methodOf(object, key.value)) : (methodOf(object, key.value) ?? held)) ?? nothing();
  if (key.type !== 'IntegerValue') return nothing();
  const at = key.value as number;
  if (isList(object) || object.type === 'RangeValue') return (object.value as readonly Value[]).at(at) ?? nothing();
  const character = isText(object) ? Array.from(object.value).at(at) : undefined;
  return character === undefined ? nothing() : text(character);
};

const binary: Evaluation = function ({ left, operator, right }, environment) {
  const one = this.evaluate(left, environment);
  const { value: sign } = operator as { readonly value: string };
  if (sign === 'and') return isTrue(one) ? this.evaluate(right, environment) : one;
  if (sign === 'or') return isTrue(one) ? one : this.evaluate(right, environment);
  return operated(sign, one, this.evaluate(right, environment));
};

const test: Evaluation = function ({ operand, test: asked, negate }, environment) {
  const holds = testOf(String((asked as Tree).value))(this.evaluate(operand, environment));
  return new BooleanValue(holds !== negate);
};

const filter = function (this: Inner, operand: Value, { type, value, callee, args }: Tree, environment: Environment): Value {
  if (type === 'Identifier') return applied(value as string, operand, [], new Map());
  return applied(String((callee as Tree).value), operand, ...this.evaluateArguments(args, environment));
};

type Callable = (args: Value[], scope: Environment) => Value;
type Binding = (name: string, parameters: unknown, special: ReadonlySet<string>, args: readonly Value[], scope: Environment) => void;
const { evaluateMacro: made, bindMacroArguments: bind } = Interpreter.prototype as unknown as {
  readonly evaluateMacro: Evaluation;
  readonly bindMacroArguments: Binding;
};

const bound: Binding = function (this: Inner, ...given) {
  bind.apply(this, given);
  const [, , special, , scope] = given;
  if (special.has('varargs')) setAll(scope, [['varargs', tuple(scope.variables.get('varargs')!.value as unknown as readonly Value[])]]);
};

/** A macro sees what stands around its definition, not around its call; but for `caller`. */
const macro: Evaluation = function (node, environment) {
  for (const part of [node.name, ...(node.args as readonly Tree[])] as readonly Tree[])
    checkTarget(part.type === 'KeywordArgumentExpression' ? (part.key as Part) : part);
  const nothingMore = made.call(this, node, environment);
  const defined = environment.variables.get(String((node.name as Tree).value)) as unknown as { value: Callable };
  const call = defined.value;
  defined.value = (args, scope) => {
    const caller = scope.variables.get('caller');
    try {
      return call(args, caller ? setAll(new Environment(environment), [['caller', caller as Value]]) : environment);
    } catch (error) {
      throw error instanceof Leave ? new Error(error.message) : error;
    }
  };
  return nothingMore;
};

Object.assign(Interpreter.prototype, {
  evaluateBlock: block,
  evaluateFor: loop,
  evaluateSet: assign,
  evaluateFilterStatement: filterBlock,
  evaluateMemberExpression: member,
  evaluateBinaryExpression: binary,
  evaluateTestExpression: test,
  applyFilter: filter,
  evaluateMacro: macro,
  bindMacroArguments: bound,
});

/** What every template of Jinja has, and these have not. */
const absent = new Set(['cycler', 'dict', 'joiner', 'lipsum', 'self']);
const refuse = (name: string): void => {
  if (absent.has(name)) throw new Error(`"${name}" is not known here`);
};

const evaluate = (Interpreter.prototype as unknown as Inner).evaluate;
Interpreter.prototype.evaluate = function (...[node, environment]: Parameters<Interpreter['evaluate']>) {
  const type = (node as Part | undefined)?.type;
  if (type === 'Break' || type === 'Continue') throw new Leave(type === 'Break');
  const value = evaluate.call(this as unknown as Inner, node, environment) as Value & { type: string };
  if (type === 'Identifier' && isUndefined(value)) refuse(String((node as unknown as Tree).value));
  if (value.type === 'TupleValue') value.type = 'ArrayValue';
  return value as never;
};

const now = (format: unknown): string => {
  if (typeof format !== 'string') throw new Error('strftime_now takes a format');
  return strftime(new Date(), format);
};

const own: Readonly<Record<string, unknown>> = { strftime_now: now };
const set = Environment.prototype.set;
Environment.prototype.set = function (name: string, value: unknown) {
  const kept = set.call(this, name, typeof value === 'function' ? (own[name] ?? value) : value);
  return name === 'range' && typeof value === 'function' ? Object.assign(kept, { value: rangeOf }) : kept;
};
