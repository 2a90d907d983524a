import { Given } from './arguments.ts';
import { capitalized, linesOf, replaced, splitBy, stripped, titledByLetters } from './texts.ts';
import { BooleanValue, FunctionValue, integer, isList, isMap, isText, list, NullValue, Series, text, tuple, type Value } from './values.ts';

interface Method<T> {
  readonly parameters: readonly string[];
  readonly call: (self: T, given: Given) => Value;
}

const truth = (value: boolean): Value => new BooleanValue(value);
const becomes = (made: (value: string) => string): Method<string> => ({ parameters: [], call: (self) => text(made(self)) });
const strip = (side: 'both' | 'left' | 'right'): Method<string> => ({
  parameters: ['chars'],
  call: (self, given) => text(stripped(self, given.text('chars'), side)),
});
const side = (has: (self: string, part: string) => boolean): Method<string> => ({
  parameters: ['part'],
  call: (self, given) => {
    const part = given.needed('part', given.any('part'));
    const parts = isList(part) ? part.value : [part];
    return truth(
      parts.some((one) => {
        if (!isText(one)) throw new Error('startswith() and endswith() take a text or a tuple of texts');
        return has(self, one.value);
      }),
    );
  },
});

const ofTexts: Readonly<Record<string, Method<string>>> = {
  upper: becomes((value) => value.toUpperCase()),
  lower: becomes((value) => value.toLowerCase()),
  capitalize: becomes(capitalized),
  title: becomes(titledByLetters),
  strip: strip('both'),
  lstrip: strip('left'),
  rstrip: strip('right'),
  startswith: side((self, part) => self.startsWith(part)),
  endswith: side((self, part) => self.endsWith(part)),
  split: {
    parameters: ['sep', 'maxsplit'],
    call: (self, given) => list(splitBy(self, given.text('sep'), given.whole('maxsplit') ?? -1).map(text)),
  },
  splitlines: { parameters: [], call: (self) => list(linesOf(self).map(text)) },
  replace: {
    parameters: ['old', 'new', 'count'],
    call: (self, given) =>
      text(replaced(self, given.needed('old', given.text('old')), given.needed('new', given.text('new')), given.whole('count') ?? -1)),
  },
  find: {
    parameters: ['part'],
    call: (self, given) => {
      const unit = self.indexOf(given.needed('part', given.text('part')));
      return integer(unit < 0 ? -1 : Array.from(self.slice(0, unit)).length);
    },
  },
};

type Mapping = ReadonlyMap<string, Value>;
const view = (type: Series['type'], name: string, members: (self: Mapping) => readonly Value[]): Method<Mapping> => ({
  parameters: [],
  call: (self) => new Series(type, members(self), (spelt) => `${name}(${spelt})`),
});

const ofMaps: Readonly<Record<string, Method<Mapping>>> = {
  get: {
    parameters: ['key', 'default'],
    call: (self, given) => {
      const key = given.needed('key', given.any('key'));
      return (isText(key) ? self.get(key.value) : undefined) ?? given.any('default') ?? new NullValue();
    },
  },
  items: view('ItemsValue', 'dict_items', (self) => Array.from(self, ([key, value]) => tuple([text(key), value]))),
  keys: view('KeysValue', 'dict_keys', (self) => Array.from(self.keys(), text)),
  values: view('ValuesValue', 'dict_values', (self) => Array.from(self.values())),
};

/** Methods that Python's texts, mappings and lists have, and these have not. */
const absent: Readonly<Record<string, ReadonlySet<string>>> = {
  StringValue: new Set(
    'casefold center count encode expandtabs format format_map index isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust maketrans partition removeprefix removesuffix rfind rindex rjust rpartition rsplit swapcase translate zfill'.split(
      ' ',
    ),
  ),
  ObjectValue: new Set('clear copy fromkeys pop popitem setdefault update'.split(' ')),
  ArrayValue: new Set('append clear copy count extend index insert pop remove reverse sort'.split(' ')),
};

const bound = <T>(name: string, { parameters, call }: Method<T>, self: T): Value =>
  Object.assign(new FunctionValue(), {
    value: (args: readonly Value[]) => {
      const last = args.at(-1);
      const byName = last?.type === 'KeywordArgumentsValue' ? (last.value as ReadonlyMap<string, Value>) : undefined;
      return call(self, new Given(`${name}()`, parameters, byName ? args.slice(0, -1) : args, byName));
    },
  });

/** A method of a value by its name, undefined where Python has none; throws where only Python has one. */
export const methodOf = (value: Value, name: string): Value | undefined => {
  if (isText(value) && Object.hasOwn(ofTexts, name)) return bound(name, ofTexts[name]!, value.value);
  if (isMap(value) && Object.hasOwn(ofMaps, name)) return bound(name, ofMaps[name]!, value.value);
  if (absent[value.type]?.has(name)) throw new Error(`the method "${name}" is not known here`);
  return undefined;
};
