import { Given } from './arguments.ts';
import { at, attributeOf, folded, sorted } from './attributes.ts';
import { toJson } from './json.ts';
import { testOf } from './tests.ts';
import { capitalized, linesOf, numberOf, replaced, stripped, titled, wholeOf } from './texts.ts';
import {
  FloatValue,
  Iterator,
  integer,
  isList,
  isMap,
  isNumber,
  isText,
  isTrue,
  isUndefined,
  list,
  membersOf,
  named,
  nothing,
  Series,
  spelled,
  text,
  tuple,
  type Value,
} from './values.ts';

interface Filter {
  readonly parameters: readonly string[];
  readonly apply: (value: Value, given: Given, name: string) => Value;
}

const plain = (apply: Filter['apply']): Filter => ({ parameters: [], apply });
const ofText = (becomes: (value: string) => string): Filter => plain((value) => text(becomes(spelled(value))));

const lengthOf = (value: Value): Value => {
  if (isText(value)) return integer(Array.from(value.value).length);
  if (isMap(value)) return integer(value.value.size);
  if (isList(value) || value instanceof Series) return integer(value.value.length);
  if (isUndefined(value)) return integer(0);
  throw new Error(`${named(value)} has no length`);
};

const refuseUndefined = (value: Value, name: string): void => {
  if (isUndefined(value)) throw new Error(`the filter "${name}" is not for ${named(value)}`);
};

const toInteger: Filter['apply'] = (value, given, name) => {
  refuseUndefined(value, name);
  const found = isNumber(value)
    ? Math.trunc(Number(value.value))
    : isText(value)
      ? (wholeOf(value.value) ?? Math.trunc(numberOf(value.value) ?? Number.NaN))
      : Number.NaN;
  return Number.isFinite(found) ? integer(found + 0) : (given.any('default') ?? integer(0));
};

const toFloat: Filter['apply'] = (value, given, name) => {
  refuseUndefined(value, name);
  const found = isNumber(value) ? Number(value.value) : isText(value) ? numberOf(value.value) : undefined;
  return found === undefined ? (given.any('default') ?? new FloatValue(0)) : new FloatValue(found);
};

const dumped = (value: Value, given: Given): Value => {
  const indent = given.get('indent');
  const separators = given.get('separators');
  const [between, colon] = separators ? membersOf(separators, 'tojson').map(spelled) : [indent ? ',' : ', ', ': '];
  return text(
    toJson(value, {
      indent: indent && (isText(indent) ? indent.value : ' '.repeat(given.whole('indent')!)),
      ascii: given.flag('ensure_ascii'),
      sorted: given.flag('sort_keys'),
      between: given.needed('separators', between),
      colon: given.needed('separators', colon),
    }),
  );
};

const indented = (value: Value, given: Given): Value => {
  const width = given.any('width');
  const room = width && isText(width) ? width.value : ' '.repeat(given.whole('width') ?? 4);
  const whole = `${spelled(value)}\n`;
  const [head = '', ...rest] = linesOf(whole);
  const blank = given.flag('blank');
  const lines = [head, ...rest.map((line) => (blank || line !== '' ? room + line : line))];
  return text((given.flag('first') ? room : '') + lines.join('\n'));
};

/** What Jinja makes when it is gone through: nothing of what counts as false. */
const lazily = (value: Value, name: string, make: (members: readonly Value[]) => readonly Value[]): Value =>
  new Iterator(() => (isTrue(value) ? make(membersOf(value, name)) : []));

const pick =
  (keeps: boolean, byAttribute: boolean): Filter['apply'] =>
  (value, given, name) => {
    const path = byAttribute ? given.needed('attribute', given.any('attribute')) : undefined;
    const test = given.text('test');
    const other = given.any('other');
    return lazily(value, name, (members) =>
      members.filter((member) => {
        const asked = path ? at(member, String(path.value)) : member;
        return (test === undefined ? isTrue(asked) : testOf(test)(asked, other)) === keeps;
      }),
    );
  };

const mapped: Filter = {
  parameters: ['filter', 'one', 'two', 'three', 'attribute', 'default'],
  apply: (value, given, name) => {
    const filter = given.text('filter');
    if (filter === undefined) {
      const path = attributeOf(given);
      given.needed('attribute', given.get('attribute'));
      const absent = given.any('default');
      const reach = (member: Value) => ((found) => (isUndefined(found) && absent ? absent : found))(path(member));
      return lazily(value, name, (members) => members.map(reach));
    }
    const placed = ['one', 'two', 'three'].flatMap((one) => given.any(one) ?? []);
    return lazily(value, name, (members) => members.map((member) => applied(filter, member, placed, new Map())));
  },
};

const unique: Filter['apply'] = (value, given, name) => {
  const seen = new Set<string>();
  const keyOf = attributeOf(given);
  const exact = given.flag('case_sensitive');
  const make = () =>
    membersOf(value, name).filter((member) => {
      const key = folded(keyOf(member), exact);
      if (!isText(key) && !isNumber(key) && key.type !== 'NullValue')
        throw new Error(`the filter "unique" tells no ${named(key)} from another here`);
      const spelt = isNumber(key) ? String(Number(key.value)) : `${key.type} ${spelled(key)}`;
      return seen.has(spelt) ? false : seen.add(spelt);
    });
  return new Iterator(make);
};

const joined: Filter['apply'] = (value, given, name) =>
  text(
    membersOf(value, name)
      .map(attributeOf(given))
      .map(spelled)
      .join(spelled(given.any('d') ?? text(''))),
  );

const or: Filter['apply'] = (value, given) =>
  isUndefined(value) || (given.flag('boolean') && !isTrue(value)) ? (given.any('default_value') ?? text('')) : value;

const dictSorted: Filter['apply'] = (value, given, name) => {
  if (!isMap(value)) throw new Error(`the filter "${name}" is not for ${named(value)}`);
  const by = given.text('by') ?? 'key';
  if (by !== 'key' && by !== 'value') throw new Error(`the filter "dictsort" sorts by "key" or "value"`);
  const exact = given.flag('case_sensitive');
  const entries = sorted(
    Array.from(value.value),
    ([key, member]) => folded(by === 'key' ? text(key) : member, exact),
    given.flag('reverse'),
  );
  return list(entries.map(([key, member]) => tuple([text(key), member])));
};

const items: Filter['apply'] = (value, _given, name) => {
  return new Iterator(() => {
    if (isUndefined(value)) return [];
    if (!isMap(value)) throw new Error(`the filter "${name}" is not for ${named(value)}`);
    return Array.from(value.value, ([key, member]) => tuple([text(key), member]));
  });
};

const length = plain(lengthOf);
const orElse: Filter = { parameters: ['default_value', 'boolean'], apply: or };

/** Jinja's filters, as far as they are known here. */
const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>(
  Object.entries({
    safe: plain((value) => (isText(value) ? value : text(spelled(value)))),
    string: ofText((value) => value),
    upper: ofText((value) => value.toUpperCase()),
    lower: ofText((value) => value.toLowerCase()),
    capitalize: ofText(capitalized),
    title: ofText(titled),
    trim: { parameters: ['chars'], apply: (value, given) => text(stripped(spelled(value), given.text('chars'), 'both')) },
    indent: { parameters: ['width', 'first', 'blank'], apply: indented },
    replace: {
      parameters: ['old', 'new', 'count'],
      apply: (value, given) =>
        text(
          replaced(
            spelled(value),
            given.needed('old', given.text('old')),
            given.needed('new', given.text('new')),
            given.whole('count') ?? -1,
          ),
        ),
    },
    length,
    count: length,
    default: orElse,
    d: orElse,
    list: plain((value, _given, name) => list(membersOf(value, name))),
    first: plain((value, _given, name) => (value instanceof Iterator ? value.next() : membersOf(value, name)[0]) ?? nothing()),
    last: plain((value, _given, name) => {
      if (value instanceof Iterator) throw new Error(`${named(value)} has no last member; make it a list first`);
      return membersOf(value, name).at(-1) ?? nothing();
    }),
    reverse: plain((value, _given, name) => {
      if (isText(value)) return text(Array.from(value.value).reverse().join(''));
      const members = [...membersOf(value, name)].reverse();
      return value instanceof Iterator ? list(members) : new Iterator(() => members);
    }),
    sort: {
      parameters: ['reverse', 'case_sensitive', 'attribute'],
      apply: (value, given, name) => {
        const [keyOf, exact] = [attributeOf(given), given.flag('case_sensitive')];
        return list(sorted(membersOf(value, name), (member) => folded(keyOf(member), exact), given.flag('reverse')));
      },
    },
    unique: { parameters: ['case_sensitive', 'attribute'], apply: unique },
    join: { parameters: ['d', 'attribute'], apply: joined },
    map: mapped,
    select: { parameters: ['test', 'other'], apply: pick(true, false) },
    reject: { parameters: ['test', 'other'], apply: pick(false, false) },
    selectattr: { parameters: ['attribute', 'test', 'other'], apply: pick(true, true) },
    rejectattr: { parameters: ['attribute', 'test', 'other'], apply: pick(false, true) },
    items: plain(items),
    dictsort: { parameters: ['case_sensitive', 'by', 'reverse'], apply: dictSorted },
    int: { parameters: ['default'], apply: toInteger },
    float: { parameters: ['default'], apply: toFloat },
    abs: plain((value) => {
      if (!isNumber(value)) throw new Error(`the filter "abs" is not for ${named(value)}`);
      const size = Math.abs(Number(value.value));
      return value.type === 'FloatValue' ? new FloatValue(size) : integer(size);
    }),
    tojson: { parameters: ['ensure_ascii', 'indent', 'separators', 'sort_keys'], apply: dumped },
  } satisfies Record<string, Filter>),
);

/** What a filter makes of a value; throws where it is not known, or not for this. */
export const applied = (name: string, value: Value, placed: readonly Value[], byName: ReadonlyMap<string, Value>): Value => {
  const filter = filters.get(name);
  if (!filter) throw new Error(`the filter "${name}" is not known here`);
  return filter.apply(value, new Given(`the filter "${name}"`, filter.parameters, placed, byName), name);
};
