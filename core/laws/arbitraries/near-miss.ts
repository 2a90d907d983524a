import fc, { type Arbitrary } from 'fast-check';
import { getNodePath, type Node, parseTree } from 'jsonc-parser';
import { pipelineSchema } from '../../definition/json-schema.ts';
import type { Registry } from '../../plugin/registry.ts';
import { validate } from '../../settings/validate.ts';
import { type Json, type PipelineFile, pipelineFile } from './pipeline-file.ts';

/** A valid pipeline file with one edit that makes it invalid, and where that is. */
export interface NearMiss {
  readonly text: string;
  /** What was done to it: `misspelled key`, `wrong type`, … */
  readonly edit: EditName;
  /** Of the edited value or key in the edited file; of what was taken away, the object that lacks it. */
  readonly path: readonly (string | number)[];
  /** The offsets between which the edited value stands in `text`, `end` after its last character; of a key, it and its value. */
  readonly begin: number;
  readonly end: number;
  /** The file before the edit. */
  readonly valid: string;
}

/** Files that are nearly valid: one random edit each, of keys, values, names or punctuation. */
export const nearMiss = (registry: Registry, file: Arbitrary<PipelineFile> = pipelineFile(registry)): Arbitrary<NearMiss> => {
  const schema = pipelineSchema(registry);
  const names = new Set(registry.offers('decode').map(({ name }) => name));
  const refused = (text: string, path: NearMiss['path']): boolean => {
    const value: unknown = JSON.parse(text);
    return (path.join('.') === 'stages.backend' && dangling(value, names)) || validate(schema as never, value).length > 0;
  };
  const kinds = Object.keys(EDITS) as EditName[];
  return fc
    .record({ file, edit: fc.constantFrom(...kinds), where: fc.nat(999), how: fc.nat(999) })
    .map(({ file, edit, where, how }): NearMiss | undefined => {
      const sites = EDITS[edit](parseTree(file.text)!, file.text);
      for (let tried = 0; tried < sites.length; tried++) {
        const forms = sites[(where + tried) % sites.length]!;
        for (let other = 0; other < forms.length; other++) {
          const { at, until, put, path, begin, end, broken } = forms[(how + other) % forms.length]!;
          const text = file.text.slice(0, at) + put + file.text.slice(until);
          if (broken || refused(text, path)) return { text, edit, path, begin, end, valid: file.text };
        }
      }
      return undefined;
    })
    .filter((found) => found !== undefined);
};

/** What is put into a text instead of `at` to `until`, and where the edited value then stands. */
interface Edit {
  readonly at: number;
  readonly until: number;
  readonly put: string;
  readonly path: readonly (string | number)[];
  readonly begin: number;
  readonly end: number;
  /** Whatever the schema says, the text is invalid. */
  readonly broken?: boolean;
}

/** The chosen backend is neither an entry nor a backend's name: what no schema can say. */
const dangling = (value: unknown, names: ReadonlySet<string>): boolean => {
  const { stages, backends } = value as { stages?: { backend?: unknown }; backends?: Json };
  const backend = stages?.backend;
  return typeof backend === 'string' && !names.has(backend) && !Object.hasOwn(backends ?? {}, backend);
};

const everyNode = (root: Node): Node[] => [root, ...(root.children ?? []).flatMap(everyNode)];
const objectsIn = (root: Node): Node[] => everyNode(root).filter(({ type }) => type === 'object');
const propertiesIn = (root: Node): Node[] => everyNode(root).filter(({ type }) => type === 'property');
const valuesIn = (root: Node): Node[] => everyNode(root).filter((node) => node.parent && node.type !== 'property' && !isKey(node));
const isKey = ({ parent }: Node): boolean => parent?.type === 'property';
const endOf = ({ offset, length }: Node): number => offset + length;
const keyOf = (property: Node): string => String(property.children![0]!.value);

/** A word as people and other libraries write it instead. */
const misspellings = (word: string): string[] => {
  const camel = word.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const middle = Math.floor(word.length / 2);
  const swapped = `${word.slice(0, middle - 1)}${word[middle] ?? ''}${word[middle - 1] ?? ''}${word.slice(middle + 1)}`;
  const all = [
    camel,
    `${word.slice(0, middle)}${word.slice(middle + 1)}`,
    swapped,
    `${word}s`,
    word.toUpperCase(),
    word.replaceAll('_', '-'),
  ];
  return [...new Set(all)].filter((one) => one !== word && one !== '');
};

/** One value instead of another. */
const instead = (node: Node, put: string): Edit => ({
  at: node.offset,
  until: endOf(node),
  put,
  path: getNodePath(node),
  begin: node.offset,
  end: node.offset + put.length,
});

/** One more property, first in its object. */
const inserted = (object: Node, key: string, value: string, broken = false): Edit => {
  const property = `${JSON.stringify(key)}: ${value}`;
  const begin = object.offset + 1;
  const put = (object.children ?? []).length > 0 ? `${property}, ` : property;
  return { at: begin, until: begin, put, path: [...getNodePath(object), key], begin, end: begin + put.length, broken };
};

/** The edits, each with its sites in a file and the forms that it can take there. */
const EDITS = {
  'misspelled key': (root: Node) =>
    propertiesIn(root).map((property) => {
      const [key] = property.children!;
      const siblings = property.parent!.children!.map(keyOf);
      return misspellings(keyOf(property))
        .filter((word) => !siblings.includes(word))
        .map((word): Edit => {
          const put = JSON.stringify(word);
          const grown = put.length - key!.length;
          const path = [...getNodePath(property.parent!), word];
          return { at: key!.offset, until: endOf(key!), put, path, begin: property.offset, end: endOf(property) + grown };
        });
    }),

  'unknown key': (root: Node) => objectsIn(root).map((object) => ['colour', 'n_ctx', 'maxTokens'].map((key) => inserted(object, key, '1'))),

  'prototype key': (root: Node) =>
    objectsIn(root).map((object) => ['__proto__', 'constructor'].map((key) => inserted(object, key, '{}', true))),

  'second key': (root: Node, text: string) =>
    propertiesIn(root).map((property): Edit[] => {
      const whole = text.slice(property.offset, endOf(property));
      const last = endOf(property.parent!.children!.at(-1)!);
      const path = [...getNodePath(property.parent!), keyOf(property)];
      return [{ at: last, until: last, put: `, ${whole}`, path, begin: last, end: last + 2 + whole.length, broken: true }];
    }),

  'missing key': (root: Node) =>
    propertiesIn(root).map((property): Edit[] => {
      const object = property.parent!;
      const all = object.children!;
      const i = all.indexOf(property);
      const [at, until] =
        i + 1 < all.length ? [property.offset, all[i + 1]!.offset] : [i > 0 ? endOf(all[i - 1]!) : property.offset, endOf(property)];
      return [{ at, until, put: '', path: getNodePath(object), begin: object.offset, end: endOf(object) - (until - at) }];
    }),

  'wrong type': (root: Node) =>
    valuesIn(root).map((node) => ['null', 'true', '[]', '{}', '"some"', '1', '[1]'].map((put) => instead(node, put))),

  'wrong number': (root: Node) =>
    valuesIn(root)
      .filter(({ type }) => type === 'number')
      .map((node) => [-1, 0, node.value + 0.5, 1e9, -0.001, 2].map((number) => instead(node, String(number)))),

  'wrong name': (root: Node) =>
    valuesIn(root)
      .filter(({ type }) => type === 'string')
      .map((node) => [...misspellings(node.value), 'gpt', ''].map((word) => instead(node, JSON.stringify(word)))),

  'trailing comma': (root: Node) =>
    everyNode(root)
      .filter(({ type, children = [] }) => (type === 'object' || type === 'array') && children.length > 0)
      .map((node): Edit[] => {
        const at = endOf(node.children!.at(-1)!);
        return [{ at, until: at, put: ',', path: getNodePath(node), begin: at, end: endOf(node) + 1, broken: true }];
      }),

  'missing comma': (root: Node) =>
    propertiesIn(root)
      .filter((property) => property.parent!.children![0] !== property)
      .map((property): Edit[] => {
        const before = property.parent!.children![property.parent!.children!.indexOf(property) - 1]!;
        const at = endOf(before);
        return [{ at, until: at + 1, put: '', path: getNodePath(property), begin: at, end: endOf(property) - 1, broken: true }];
      }),

  comment: (root: Node) =>
    propertiesIn(root).map((property): Edit[] => {
      const put = '/* so that it works */ ';
      const at = property.offset;
      return [{ at, until: at, put, path: getNodePath(property), begin: at, end: at + put.length, broken: true }];
    }),

  'text after the end': (root: Node) => {
    const at = endOf(root);
    return [['}', ' {}', ' end'].map((put): Edit => ({ at, until: at, put, path: [], begin: at, end: at + put.length, broken: true }))];
  },
} as const satisfies Record<string, (root: Node, text: string) => readonly (readonly Edit[])[]>;

/** What may be done to a file. */
export type EditName = keyof typeof EDITS;
