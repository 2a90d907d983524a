import { byCharacter, isList, isMap, isText, named, spelled, type Value } from './values.ts';

/** How Python's json.dumps is to write. */
export interface JsonStyle {
  readonly indent: string | undefined;
  readonly ascii: boolean;
  readonly sorted: boolean;
  readonly between: string;
  readonly colon: string;
}

const quoted = (value: string, { ascii }: JsonStyle): string => {
  const made = JSON.stringify(value);
  return ascii ? made.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : made;
};

/** A value as JSON, as Python's json.dumps writes it. */
export const toJson = (value: Value, style: JsonStyle, depth = 0): string => {
  if (isText(value)) return quoted(value.value, style);
  if (value.type === 'NullValue') return 'null';
  if (value.type === 'BooleanValue') return String(value.value);
  if (value.type === 'IntegerValue' || value.type === 'FloatValue') return spelled(value);
  const [open, close, parts] = isList(value)
    ? ['[', ']', value.value.map((member) => toJson(member, style, depth + 1))]
    : isMap(value)
      ? ['{', '}', entriesOf(value.value, style, depth)]
      : [undefined, '', []];
  if (open === undefined) throw new Error(`${named(value)} has no JSON`);
  if (style.indent === undefined || parts.length === 0) return open + parts.join(style.between) + close;
  const line = `\n${style.indent.repeat(depth)}`;
  return open + line + style.indent + parts.join(style.between + line + style.indent) + line + close;
};

const entriesOf = (map: ReadonlyMap<string, Value>, style: JsonStyle, depth: number): string[] => {
  const entries = Array.from(map);
  if (style.sorted) entries.sort(([one], [other]) => byCharacter(one, other));
  return entries.map(([key, member]) => quoted(key, style) + style.colon + toJson(member, style, depth + 1));
};
