import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import { errors, type Place, StagewrightError, where } from '../errors.ts';
import type { OptionFault } from '../settings/wording.ts';
import { syntaxFaults } from './syntax.ts';

/** A fault of a pipeline, with its place in the file. */
export interface Fault {
  readonly place?: Place;
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** What was probably meant, where something near is known. */
  readonly suggestion?: string;
}

/** All faults of a pipeline at once. */
export class InvalidPipeline extends StagewrightError {
  readonly faults: readonly Fault[];
  constructor(found: readonly Fault[]) {
    const at = ({ place }: Fault): number => (place?.line ?? 0) * 1e6 + (place?.column ?? 0);
    const faults = [...found].sort((a, b) => at(a) - at(b));
    super(
      'PIPELINE_INVALID',
      faults.map(({ place, path, message }) => `${place ? where(place) : path.join('.')} ${message}`.trim()).join('\n'),
    );
    this.faults = faults;
  }
}

/** A JSON text with the way from paths to places. */
export interface Parsed {
  readonly value: unknown;
  /** What is wrong with the text, where its value can be told nevertheless: text behind its end, comments, a key that stands twice. */
  readonly faults: readonly Fault[];
  /** Where a path stands; of one that the text does not hold, the nearest that it does. */
  placeOf(fault: Pick<OptionFault, 'path' | 'atKey'>): Place;
  /** Where a path is written, also as a short form; undefined where the text does not hold it. */
  writtenAt(path: readonly (string | number)[]): Place | undefined;
}

/** So much may a pipeline's file have. */
export const MOST_BYTES = 8 << 20;
const DEEPEST = 64;
const MOST_VALUES = 200_000;

/** Reads strict JSON; prototype keys, and depth, size and number beyond reason are refused with their places. Throws InvalidPipeline where no value can be told. */
export const parse = (text: string, file: string): Parsed => {
  if (text.length > MOST_BYTES) throw errors.JSON_TOO_LARGE(file, text.length, MOST_BYTES);
  if (text.trim() === '') throw new InvalidPipeline([{ place: { file }, path: [], message: 'is empty.' }]);
  measure(text, file);
  const placeAt = places(text, file);
  const problems: ParseError[] = [];
  const root = parseTree(text, problems, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const { found, whole } = syntaxFaults(text, root && root.offset + root.length, problems);
  const faults: Fault[] = found.map(({ offset, message }) => ({ place: placeAt(offset), path: [], message }));
  if (!root || !whole) throw new InvalidPipeline(faults);
  faults.push(...keyFaults(root, placeAt));
  const walk = (path: readonly (string | number)[]) => {
    let node = root;
    let property: Node | undefined;
    for (const [depth, part] of path.entries()) {
      const next: Node | undefined =
        node.type === 'array'
          ? node.children?.[Number(part)]
          : node.children?.findLast(({ type, children }) => type === 'property' && children?.[0]?.value === part);
      if (!next && node.type !== 'array' && (part === 0 || part === '0')) continue; // one alone is short for a list of one
      if (!next) return { node, property: undefined, rest: path.slice(depth) };
      property = next.type === 'property' ? next : undefined;
      node = property?.children?.[1] ?? next;
    }
    return { node, property, rest: [] };
  };

  return {
    value: jsonOf(root),
    faults,
    placeOf({ path, atKey }) {
      const { node, property } = walk(path);
      return placeAt((atKey ? property : undefined)?.offset ?? node.offset);
    },
    writtenAt(path) {
      const { node, rest } = walk(path);
      const short = node.type === 'string' && rest.every((part) => part === 'use');
      return rest.length === 0 || short ? placeAt(node.offset) : undefined;
    },
  };
};

const places = (text: string, file: string) => {
  const lines = lineStarts(text);
  return (offset: number): Place => {
    let low = 0;
    for (let high = lines.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (lines[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { file, line: low + 1, column: offset - lines[low]! + 1 };
  };
};

const keyFaults = (root: Node, placeAt: (offset: number) => Place): Fault[] => {
  const faults: Fault[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'object') {
      const seen = new Set<string>();
      for (const property of node.children ?? []) {
        const key = String(property.children?.[0]?.value);
        if (seen.has(key))
          faults.push({
            place: placeAt(property.offset),
            path: [key],
            message: `the key "${key}" stands here a second time; leave one out.`,
          });
        if (isPrototypeKey(key)) faults.push({ place: placeAt(property.offset), path: [key], message: `the key "${key}" is not allowed.` });
        seen.add(key);
      }
    }
    for (const child of node.children ?? []) visit(child);
  };
  visit(root);
  return faults;
};

const jsonOf = (node: Node): unknown => {
  switch (node.type) {
    case 'object':
      return Object.fromEntries(
        (node.children ?? [])
          .filter(({ children }) => children?.[1] && !isPrototypeKey(String(children[0]?.value)))
          .map(({ children }) => [String(children![0]!.value), jsonOf(children![1]!)]),
      );
    case 'array':
      return (node.children ?? []).map(jsonOf);
    default:
      return node.value;
  }
};

/** Keys that reach into what objects are made of. */
export const isPrototypeKey = (key: string): boolean => key === '__proto__' || key === 'constructor' || key === 'prototype';

/** Refuses what nests too deep or holds too many values, before anything is built of it. */
const measure = (text: string, file: string): void => {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 92) at++;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 123 || code === 91) {
      values++;
      deepest = Math.max(deepest, ++depth);
    } else if (code === 125 || code === 93) depth--;
    else if (code === 44) values++;
  }
  if (deepest > DEEPEST) throw errors.JSON_TOO_DEEP(file, deepest, DEEPEST);
  if (values > MOST_VALUES) throw errors.JSON_TOO_MANY(file, MOST_VALUES);
};

const lineStarts = (text: string): number[] => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
};
