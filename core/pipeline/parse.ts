import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { errors, type Place, StagewrightError, where } from '../errors.ts';
import type { OptionFault } from '../plugin/options.ts';

/** A fault of a pipeline, with its place in the file. */
export interface Fault {
  readonly place?: Place;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** All faults of a pipeline at once. */
export class InvalidPipeline extends StagewrightError {
  readonly faults: readonly Fault[];
  constructor(found: readonly Fault[]) {
    const at = ({ place }: Fault): number => (place?.line ?? 0) * 1e6 + (place?.column ?? 0);
    const faults = [...found].sort((a, b) => at(a) - at(b));
    super('PIPELINE_INVALID', faults.map(({ place, path, message }) => `${place ? where(place) : path.join('.')} ${message}`).join('\n'));
    this.faults = faults;
  }
}

/** A JSON text with the way from paths to places. */
export interface Parsed {
  readonly value: unknown;
  /** Where a path stands; of one that the text does not hold, the nearest that it does. */
  placeOf(fault: Pick<OptionFault, 'path' | 'atKey'>): Place | undefined;
}

const MOST_BYTES = 8 << 20;
const DEEPEST = 64;
const MOST_NODES = 200_000;

/** Reads strict JSON; duplicate keys, trailing text, prototype keys, and depth or size beyond reason are refused with their places. */
export const parse = (text: string, file: string): Parsed => {
  if (text.length > MOST_BYTES) throw errors.JSON_TOO_LARGE(file, text.length, MOST_BYTES);
  if (text.trim() === '') throw new InvalidPipeline([{ place: { file }, path: [], message: 'is empty.' }]);
  const depth = depthOf(text);
  if (depth > DEEPEST) throw errors.JSON_TOO_DEEP(file, depth, DEEPEST);
  const lines = lineStarts(text);
  const placeAt = (offset: number): Place => {
    let low = 0;
    for (let high = lines.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (lines[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { file, line: low + 1, column: offset - lines[low]! + 1 };
  };

  const problems: ParseError[] = [];
  const root = parseTree(text, problems, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const faults: Fault[] = problems.slice(0, 20).map(({ error, offset }) => ({
    place: placeAt(offset),
    path: [],
    message: `is not JSON: ${printParseErrorCode(error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()}.`,
  }));
  if (!root || faults.length > 0)
    throw new InvalidPipeline(faults.length > 0 ? faults : [{ place: { file }, path: [], message: 'is empty.' }]);
  faults.push(...keyFaults(root, placeAt, file));
  if (faults.length > 0) throw new InvalidPipeline(faults);

  return {
    value: jsonOf(root),
    placeOf({ path, atKey }) {
      let node = root;
      let property: Node | undefined;
      for (const part of path) {
        const next: Node | undefined =
          node.type === 'array'
            ? node.children?.[Number(part)]
            : node.children?.find(({ type, children }) => type === 'property' && children?.[0]?.value === part);
        if (!next) return placeAt(node.offset);
        property = next.type === 'property' ? next : undefined;
        node = property?.children?.[1] ?? next;
      }
      return placeAt((atKey ? property : undefined)?.offset ?? node.offset);
    },
  };
};

const keyFaults = (root: Node, placeAt: (offset: number) => Place, file: string): Fault[] => {
  const faults: Fault[] = [];
  let nodes = 0;
  const visit = (node: Node): void => {
    if (++nodes > MOST_NODES) throw errors.JSON_TOO_MANY(file, MOST_NODES);
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
        if (key === '__proto__' || key === 'constructor' || key === 'prototype')
          faults.push({ place: placeAt(property.offset), path: [key], message: `the key "${key}" is not allowed.` });
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
        (node.children ?? []).map((property) => [String(property.children?.[0]?.value), jsonOf(property.children![1]!)]),
      );
    case 'array':
      return (node.children ?? []).map(jsonOf);
    default:
      return node.value;
  }
};

const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 92) at++;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 123 || code === 91) deepest = Math.max(deepest, ++depth);
    else if (code === 125 || code === 93) depth--;
  }
  return deepest;
};

const lineStarts = (text: string): number[] => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
};
