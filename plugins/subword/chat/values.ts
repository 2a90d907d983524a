import { Environment, Interpreter } from '@huggingface/jinja';

/** A value of a template: `type` names what it is. */
export interface Value {
  readonly type: string;
  readonly value: unknown;
}

type Made = new (value?: unknown) => Value;

const environment = new Environment();
const classOf = (like: unknown, name: string): Made => environment.set(name, like).constructor as Made;

const IntegerValue = classOf(1, 'integer');
export const FloatValue = classOf(0.5, 'float');
const StringValue = classOf('', 'string');
export const BooleanValue = classOf(true, 'boolean');
export const NullValue = classOf(null, 'null');
const UndefinedValue = classOf(undefined, 'undefined');
const ArrayValue = classOf([], 'array');
export const ObjectValue = classOf({}, 'object');
export const FunctionValue = classOf(() => null, 'function');
const Tuple = new Interpreter(environment).evaluate({ type: 'TupleLiteral', value: [] } as never, environment).constructor as Made;

/** A tuple, which loops and JSON take for the list that it is beside. */
export const tuple = (members: readonly Value[]): Value => Object.assign(new Tuple(members), { type: 'ArrayValue' });

/** What Python goes through once, from where the last one stopped; made when it is first asked for. */
export class Iterator implements Value {
  readonly type = 'IteratorValue';
  #make: (() => readonly Value[]) | undefined;
  #members: readonly Value[] = [];
  #at = 0;

  constructor(make: () => readonly Value[]) {
    this.#make = make;
  }

  get value(): this {
    return this;
  }

  __bool__(): { readonly value: boolean } {
    return { value: true };
  }

  #made(): readonly Value[] {
    const make = this.#make;
    this.#make = undefined;
    if (make) this.#members = make();
    return this.#members;
  }

  next(): Value | undefined {
    return this.#made()[this.#at++];
  }

  /** All that are left; `unread` of the last ones stay. */
  rest(): readonly Value[] {
    const rest = this.#made().slice(this.#at);
    this.#at = this.#members.length;
    return rest;
  }

  unread(count: number): void {
    this.#at = this.#members.length - count;
  }
}

/** What Python goes through again and again, and yet is no list: `print` is how it spells its members. */
export class Series implements Value {
  readonly type: 'RangeValue' | 'ItemsValue' | 'KeysValue' | 'ValuesValue';
  readonly value: readonly Value[];
  readonly print: (members: string) => string;

  constructor(type: Series['type'], value: readonly Value[], print: Series['print']) {
    this.type = type;
    this.value = value;
    this.print = print;
  }

  __bool__(): { readonly value: boolean } {
    return { value: this.value.length > 0 };
  }
}

export const integer = (value: number): Value => new IntegerValue(value);
export const text = (value: string): Value => new StringValue(value);
export const list = (members: readonly Value[]): Value => new ArrayValue(members);
export const nothing = (): Value => new UndefinedValue();

export const isText = (value: Value): value is Value & { value: string } => value.type === 'StringValue';
export const isList = (value: Value): value is Value & { value: Value[] } => value.type === 'ArrayValue';
export const isTuple = (value: Value): boolean => value.constructor === Tuple;
export const isMap = (value: Value): value is Value & { value: Map<string, Value> } => value instanceof ObjectValue;
export const isUndefined = (value: Value): boolean => value.type === 'UndefinedValue';
export const isNumber = (value: Value): value is Value & { value: number | boolean } =>
  value.type === 'IntegerValue' || value.type === 'FloatValue' || value.type === 'BooleanValue';

/** Whether a value counts as true. */
export const isTrue = (value: Value): boolean => (value as Value & { __bool__(): { value: boolean } }).__bool__().value;

/** The members that a loop over a value has. */
export const membersOf = (value: Value, asker: string): readonly Value[] => {
  if (isList(value) || value instanceof Series) return value.value;
  if (value instanceof Iterator) return value.rest();
  if (isText(value)) return Array.from(value.value, text);
  if (isMap(value)) return Array.from(value.value.keys(), text);
  if (isUndefined(value)) return [];
  throw new Error(`${asker} cannot go through ${named(value)}`);
};

const names: Readonly<Record<string, string>> = {
  NullValue: 'none',
  UndefinedValue: 'what is undefined',
  FunctionValue: 'a function',
  NamespaceValue: 'a namespace',
  IteratorValue: 'an iterator',
  RangeValue: 'a range',
  ItemsValue: 'what items() gives',
  KeysValue: 'what keys() gives',
  ValuesValue: 'what values() gives',
};

/** What a value is, in words. */
export const named = ({ type }: Value): string => names[type] ?? `a value of type ${type.replace('Value', '').toLowerCase()}`;

/** A floating-point number as Python spells it. */
const spellFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (Object.is(value, -0)) return '-0.0';
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(value) ? `${BigInt(value)}.0` : String(value);
};

const unprintable = /[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const short: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const escaped = (character: string): string => {
  const code = character.codePointAt(0)!;
  const [mark, width] = code < 0x100 ? ['x', 2] : code < 0x10000 ? ['u', 4] : ['U', 8];
  return short[character] ?? `\\${mark}${code.toString(16).padStart(width as number, '0')}`;
};

const quoted = (value: string): string => {
  const plain = value.replace(unprintable, escaped);
  return value.includes("'") && !value.includes('"') ? `"${plain}"` : `'${plain.replaceAll("'", "\\'")}'`;
};

const inside = (value: Value): string => {
  if (isText(value)) return quoted(value.value);
  if (isUndefined(value)) return 'Undefined';
  return spelled(value);
};

/** A value as Python prints it. */
export const spelled = (value: Value): string => {
  if (isText(value)) return value.value;
  if (value.type === 'IntegerValue') return String(value.value);
  if (value.type === 'FloatValue') return spellFloat(value.value as number);
  if (value.type === 'BooleanValue') return value.value ? 'True' : 'False';
  if (value.type === 'NullValue') return 'None';
  if (isUndefined(value)) return '';
  if (isList(value)) {
    const members = value.value.map(inside);
    return isTuple(value) ? (members.length === 1 ? `(${members[0]},)` : `(${members.join(', ')})`) : `[${members.join(', ')}]`;
  }
  if (value instanceof Series) return value.print(`[${value.value.map(inside).join(', ')}]`);
  if (isMap(value)) return `{${Array.from(value.value, ([key, one]) => `${quoted(key)}: ${inside(one)}`).join(', ')}}`;
  throw new Error(`${named(value)} cannot be printed`);
};

/** Ranges are equal by their members in order, keys and items as sets, values never. */
const sameSeries = ({ type, value }: Series, other: Series): boolean => {
  if (value.length !== other.value.length || type === 'ValuesValue' || other.type === 'ValuesValue') return false;
  if (type === 'RangeValue' || other.type === 'RangeValue')
    return type === other.type && value.every((member, i) => equal(member, other.value[i]!));
  return value.every((member) => other.value.some((one) => equal(one, member)));
};

/** Whether two values are equal to Python. */
export const equal = (one: Value, other: Value): boolean => {
  if (isNumber(one) && isNumber(other)) return Number(one.value) === Number(other.value);
  if (isList(one) && isList(other))
    return (
      isTuple(one) === isTuple(other) &&
      one.value.length === other.value.length &&
      one.value.every((member, i) => equal(member, other.value[i]!))
    );
  if (isMap(one) && isMap(other))
    return (
      one.value.size === other.value.size &&
      Array.from(one.value).every(([key, member]) => other.value.has(key) && equal(member, other.value.get(key)!))
    );
  if (one instanceof Series && other instanceof Series) return one === other || sameSeries(one, other);
  return one.type === other.type && one.value === other.value;
};

/** Whether `one` comes before `other`; throws where Python cannot tell. */
export const isBefore = (one: Value, other: Value): boolean => {
  if (isNumber(one) && isNumber(other)) return Number(one.value) < Number(other.value);
  if (isText(one) && isText(other)) return byCharacter(one.value, other.value) < 0;
  if (isList(one) && isList(other)) {
    const at = one.value.findIndex((member, i) => i >= other.value.length || !equal(member, other.value[i]!));
    return at < 0 ? one.value.length < other.value.length : at < other.value.length && isBefore(one.value[at]!, other.value[at]!);
  }
  throw new Error(`${named(one)} and ${named(other)} have no order`);
};

/** The order of texts by their characters, not their code units. */
export const byCharacter = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));
