import { BooleanValue, FunctionValue, integer, membersOf, nothing, ObjectValue, type Value } from './values.ts';

/** Leaves an iteration, with the text that it has made; `ends`: and its loop. */
export class Leave extends Error {
  text = '';
  readonly ends: boolean;

  constructor(ends: boolean) {
    super('"break" and "continue" stand in a loop');
    this.ends = ends;
  }
}

/** What `loop` says in the iteration `at`. */
export const loopOf = (members: readonly Value[], at: number): Value => {
  const { length } = members;
  const entries: readonly (readonly [string, Value])[] = [
    ['index', integer(at + 1)],
    ['index0', integer(at)],
    ['revindex', integer(length - at)],
    ['revindex0', integer(length - at - 1)],
    ['first', new BooleanValue(at === 0)],
    ['last', new BooleanValue(at === length - 1)],
    ['length', integer(length)],
    ['depth', integer(1)],
    ['depth0', integer(0)],
    ['previtem', members[at - 1] ?? nothing()],
    ['nextitem', members[at + 1] ?? nothing()],
    ['cycle', Object.assign(new FunctionValue(), { value: (args: readonly Value[]) => args[at % args.length] ?? nothing() })],
    [
      'changed',
      Object.assign(new FunctionValue(), {
        value: () => {
          throw new Error('"loop.changed" is not known here');
        },
      }),
    ],
  ];
  return Object.assign(new ObjectValue(), { value: new Map(entries) });
};

/** A part of a template's tree. */
export interface Part {
  readonly type: string;
  readonly value?: unknown;
}

const constants = new Set(['true', 'false', 'none', 'True', 'False', 'None']);

/** Throws where a target binds a name that is no variable, or one of `taken`. */
export const checkTarget = ({ type, value }: Part, taken?: string): void => {
  if (type === 'TupleLiteral') for (const one of value as readonly Part[]) checkTarget(one, taken);
  else if (type === 'Identifier' && (constants.has(value as string) || value === taken))
    throw new Error(`"${value}" cannot be given a value here`);
};

/** The names that a target binds, with what each becomes. */
export const unpacked = (target: Part, value: Value): readonly (readonly [string, Value])[] => {
  if (target.type === 'Identifier') return [[target.value as string, value]];
  if (target.type !== 'TupleLiteral') throw new Error('a value cannot be unpacked to these names');
  const names = target.value as readonly Part[];
  const members = membersOf(value, 'unpacking');
  if (names.length !== members.length) throw new Error(`${members.length} values are unpacked to ${names.length} names`);
  return names.flatMap((name, i) => unpacked(name, members[i]!));
};
