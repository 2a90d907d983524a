import { mend, nearest } from './nearest.ts';

/** Something wrong at one path of a JSON value, with the mend. */
export interface OptionFault {
  /** Keys and indices from the root of what was validated. */
  readonly path: readonly (string | number)[];
  /** Whether the key at the end of the path is at fault, rather than its value. */
  readonly atKey?: boolean;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
  /** Whether something is missing at the path. */
  readonly missing?: boolean;
  /** The key that nobody knows here, where that is the fault. */
  readonly unknown?: string;
}

/** As much of a validator's error as is worded here. */
export interface Found {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly parentSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly data?: unknown;
  readonly message?: string | undefined;
}

/** What a validator found, in sentences; of the forms that a value may have, the one that was meant speaks for all. */
export const faultsOf = (found: readonly Found[]): OptionFault[] => {
  const unions = found.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const inside = ({ schemaPath }: Found, union: Found): boolean => schemaPath.startsWith(`${union.schemaPath}/`);
  const outer = unions.filter((one) => !unions.some((other) => other !== one && inside(one, other)));
  const single = found.filter((one) => !outer.includes(one) && !outer.some((union) => inside(one, union)));
  const within = (union: Found): OptionFault[] => {
    const branches = new Map<string, Found[]>();
    for (const one of found) {
      if (!inside(one, union) || !one.instancePath.startsWith(union.instancePath)) continue;
      const branch = one.schemaPath.slice(union.schemaPath.length + 1).split('/')[0]!;
      branches.set(branch, [...(branches.get(branch) ?? []), one]);
    }
    const meant = [...branches.values()].filter((errors) => !errors.some((one) => isOtherForm(one, union)));
    const best = meant.sort((a, b) => a.length - b.length)[0];
    return best ? faultsOf(best) : [unionFault(union, [...branches.values()].flat())];
  };
  const mistyped = new Set(single.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath));
  const told = single.filter(({ keyword, instancePath }) => keyword === 'type' || !mistyped.has(instancePath)); // a range says nothing of another type
  return [...told.map(faultOf), ...outer.flatMap(within)];
};

/** Whether an error says that a value has another form altogether: another type, another constant, another `use`. */
const isOtherForm = ({ keyword, instancePath }: Found, union: Found): boolean =>
  (instancePath === union.instancePath && ['type', 'const', 'enum'].includes(keyword)) ||
  (instancePath === `${union.instancePath}/use` && keyword === 'const');

const unionFault = (union: Found, inside: readonly Found[]): OptionFault => {
  const use = inside.filter(({ instancePath, keyword }) => keyword === 'const' && instancePath === `${union.instancePath}/use`);
  if (use.length > 0) return valueFault(use[0]!, [...new Set(use.map(({ params }) => params.allowedValue))]);
  const constants = inside.filter(({ instancePath, keyword }) => keyword === 'const' && instancePath === union.instancePath);
  const { parentSchema } = union;
  const said = parentSchema?.expects as string | undefined;
  const fault = valueFault(union, [...new Set(constants.map(({ params }) => params.allowedValue))]);
  if (said === undefined && constants.length > 0) return fault;
  const kinds = [...new Set(inside.filter(({ keyword }) => keyword === 'type').flatMap(({ params }) => params.type as string | string[]))];
  const expected = said ?? (kinds.length > 0 ? kinds.map(article).join(' or ') : 'of another form');
  const suggestion = fault.suggestion;
  return {
    path: pathOf(union),
    message: `${nameOf(union)} must be ${expected}, not ${show(union.data)}${mend(suggestion) || '.'}`,
    ...(suggestion !== undefined && { suggestion }),
  };
};

const valueFault = (found: Found, allowed: readonly unknown[]): OptionFault => {
  const { data } = found;
  const names = allowed.filter((one) => typeof one === 'string');
  const suggestion = typeof data === 'string' ? nearest(data, names) : undefined;
  return {
    path: pathOf(found),
    message: `${nameOf(found)} must be ${allowed.map(show).join(' or ')}, not ${show(data)}${mend(suggestion) || '.'}`,
    ...(suggestion !== undefined && { suggestion }),
  };
};

const faultOf = (found: Found): OptionFault => {
  const { keyword, params, parentSchema = {}, data, message } = found;
  const path = pathOf(found);
  const name = nameOf(found);
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const known = Object.keys((parentSchema.properties ?? {}) as object);
      const suggestion = nearest(key, known);
      const rest = mend(suggestion) || (known.length > 0 ? `; known are ${known.join(', ')}.` : '; no settings are known here.');
      return {
        path: [...path, key],
        atKey: true,
        unknown: key,
        message: `unknown key "${key}"${rest}`,
        ...(suggestion !== undefined && { suggestion }),
      };
    }
    case 'required':
      return { path, missing: true, message: `the key "${String(params.missingProperty)}" is missing.` };
    case 'type':
      return { path, message: `${name} must be ${[params.type as string].flat().map(article).join(' or ')}, not ${show(data)}.` };
    case 'enum':
    case 'const':
      return valueFault(found, keyword === 'const' ? [params.allowedValue] : (params.allowedValues as unknown[]));
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return { path, message: `${name} must be ${rangeOf(parentSchema)}, not ${show(data)}.` };
    default: {
      const demand = parentSchema.expects ?? sizeOf(found);
      return { path, message: `${name} ${demand ? `must be ${demand}` : (message ?? 'is not allowed')}, not ${show(data)}.` };
    }
  }
};

/** What a size, a pattern or a step demands, in words; undefined of any other keyword. */
const sizeOf = ({ keyword, params: { limit, pattern, multipleOf } }: Found): string | undefined => {
  const many = (one: string, more: string): string => `${limit} ${limit === 1 ? one : more}`;
  switch (keyword) {
    case 'minItems':
      return limit === 1 ? 'a list that is not empty' : `a list of at least ${limit}`;
    case 'maxItems':
      return `a list of at most ${limit}`;
    case 'uniqueItems':
      return 'a list in which nothing stands twice';
    case 'minLength':
      return limit === 1 ? 'a text that is not empty' : `a text of at least ${limit} characters`;
    case 'maxLength':
      return `a text of at most ${many('character', 'characters')}`;
    case 'minProperties':
      return limit === 1 ? 'an object that is not empty' : `an object of at least ${limit} keys`;
    case 'maxProperties':
      return `an object of at most ${many('key', 'keys')}`;
    case 'pattern':
      return `a text that fits ${pattern}`;
    case 'multipleOf':
      return `a multiple of ${multipleOf}`;
    default:
      return undefined;
  }
};

/** A number's range in words: `from 1 to 6`, `above 0 and at most 1`; empty where it has none. */
export const rangeOf = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Readonly<Record<string, unknown>>): string => {
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  const low = minimum !== undefined ? `at least ${minimum}` : exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : undefined;
  const high = maximum !== undefined ? `at most ${maximum}` : exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : undefined;
  return [low, high].filter((part) => part !== undefined).join(' and ');
};

const article = (type: string): string =>
  ({
    integer: 'a whole number',
    number: 'a number',
    string: 'a text',
    boolean: 'true or false',
    object: 'an object',
    array: 'a list',
    null: 'null',
  })[type] ?? type;

const pathOf = ({ instancePath }: Found): string[] =>
  instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** What is at fault: a place in a list by the list's name. */
const nameOf = (found: Found): string => {
  const path = pathOf(found);
  const at = path.findLastIndex((part) => !/^\d+$/.test(part));
  const last = at < 0 ? undefined : `"${path[at]}"`;
  if (at === path.length - 1) return last ?? 'the value';
  return last === undefined ? 'an entry' : `an entry of ${last}`;
};

/** A value in a few letters. */
export const show = (value: unknown): string => {
  const text = plain(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const plain = (value: unknown): string => {
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a Promise';
  if (['number', 'bigint', 'symbol'].includes(typeof value)) return String(value);
  try {
    return JSON.stringify(value) ?? 'nothing';
  } catch {
    return `an ${Object.prototype.toString.call(value).slice(8, -1)}`;
  }
};
