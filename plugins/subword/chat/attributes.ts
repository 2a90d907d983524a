import type { Given } from './arguments.ts';
import { isBefore, isList, isMap, isText, nothing, text, type Value } from './values.ts';

/** What stands at a path of attributes: `function.name`, `0`. */
export const at = (value: Value, path: string): Value =>
  path.split('.').reduce((so, part) => {
    if (isMap(so)) return so.value.get(part) ?? nothing();
    if (isList(so) && /^\d+$/.test(part)) return so.value[Number(part)] ?? nothing();
    return nothing();
  }, value);

/** What an `attribute` asks of each member. */
export const attributeOf = (given: Given): ((member: Value) => Value) => {
  const attribute = given.get('attribute');
  if (!attribute) return (member) => member;
  const path = String(attribute.value);
  return (member) => at(member, path);
};

/** What is compared of a text where great and small letters are alike. */
export const folded = (value: Value, exact: boolean): Value => (!exact && isText(value) ? text(value.value.toLowerCase()) : value);

/** Members in the order of their keys; equal ones stay as they stand. */
export const sorted = <T>(members: readonly T[], keyOf: (member: T) => Value, reverse: boolean): T[] => {
  const keyed = members.map((member) => ({ member, key: keyOf(member) }));
  const sign = reverse ? -1 : 1;
  keyed.sort((one, other) => (isBefore(one.key, other.key) ? -sign : isBefore(other.key, one.key) ? sign : 0));
  return keyed.map(({ member }) => member);
};
