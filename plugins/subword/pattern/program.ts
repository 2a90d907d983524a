import { errors } from '../errors.ts';
import type { CharSet } from './char-set.ts';
import type { Edge, Node } from './parse.ts';

/** One step of a compiled pattern. */
export type Step =
  | { readonly op: 'set'; readonly set: CharSet }
  /** Tries `first`, then `second`; `mark` numbers the step, so that a place where both failed is not tried again. */
  | { readonly op: 'split'; first: number; second: number; readonly mark: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'edge'; readonly edge: Edge }
  /** Looks without moving; `back` is how many characters a look behind goes back. */
  | { readonly op: 'look'; readonly program: Program; readonly back: number; readonly negative: boolean }
  | { readonly op: 'atomic'; readonly program: Program }
  /** Takes as many as there are, and gives none back. */
  | { readonly op: 'run'; readonly set: CharSet; readonly least: number; readonly most: number }
  | { readonly op: 'match' };

export interface Program {
  readonly steps: readonly Step[];
  /** How many splits there are. */
  readonly marks: number;
}

const MOST_STEPS = 5000;

/** Compiles a tree to steps; `pattern` is named where it grows beyond bounds. */
export const compile = (node: Node, pattern: string): Program => {
  const budget = { left: MOST_STEPS };
  return assemble(node, pattern, budget);
};

const assemble = (root: Node, pattern: string, budget: { left: number }): Program => {
  const steps: Step[] = [];
  let marks = 0;
  const put = <S extends Step>(step: S): S => {
    if (budget.left-- <= 0) throw errors.PATTERN_SYNTAX(pattern.slice(0, 200), 0, `more than ${MOST_STEPS} steps`);
    steps.push(step);
    return step;
  };
  const split = () => put({ op: 'split', first: steps.length + 1, second: 0, mark: marks++ });

  const walk = (node: Node): void => {
    if (node.kind === 'set') put({ op: 'set', set: node.set });
    else if (node.kind === 'sequence') node.parts.forEach(walk);
    else if (node.kind === 'edge') put({ op: 'edge', edge: node.edge });
    else if (node.kind === 'atomic') put({ op: 'atomic', program: assemble(node.part, pattern, budget) });
    else if (node.kind === 'look') {
      const back = node.behind ? width(node.part, pattern) : 0;
      put({ op: 'look', program: assemble(node.part, pattern, budget), back, negative: node.negative });
    } else if (node.kind === 'choice') {
      const ends: { to: number }[] = [];
      node.parts.forEach((part, i) => {
        const fork = i < node.parts.length - 1 ? split() : undefined;
        walk(part);
        if (!fork) return;
        ends.push(put({ op: 'jump', to: 0 }));
        fork.second = steps.length;
      });
      for (const end of ends) end.to = steps.length;
    } else repeat(node);
  };

  const repeat = (node: Node & { kind: 'repeat' }): void => {
    const { part, least, most, how } = node;
    if (how === 'possessive') {
      if (part.kind === 'set') put({ op: 'run', set: part.set, least, most });
      else put({ op: 'atomic', program: assemble({ ...node, how: 'greedy' }, pattern, budget) });
      return;
    }
    const turn = (fork: { first: number; second: number }, out: number) => {
      fork.second = out;
      if (how === 'lazy') [fork.first, fork.second] = [fork.second, fork.first];
    };
    for (let i = 0; i < least; i++) walk(part);
    if (most === Number.POSITIVE_INFINITY) {
      const start = steps.length;
      const fork = split();
      walk(part);
      put({ op: 'jump', to: start });
      turn(fork, steps.length);
      return;
    }
    const forks = Array.from({ length: most - least }, () => {
      const fork = split();
      walk(part);
      return fork;
    });
    for (const fork of forks) turn(fork, steps.length);
  };

  walk(root);
  put({ op: 'match' });
  return { steps, marks };
};

/** How many characters a look behind must go back; one that has no fixed number is refused. */
const width = (node: Node, pattern: string): number => {
  const refuse = () => errors.PATTERN_SYNTAX(pattern.slice(0, 200), 0, 'a look behind of no fixed length');
  if (node.kind === 'set') return 1;
  if (node.kind === 'edge' || node.kind === 'look') return 0;
  if (node.kind === 'atomic') return width(node.part, pattern);
  if (node.kind === 'sequence') return node.parts.reduce((sum, part) => sum + width(part, pattern), 0);
  if (node.kind === 'repeat') {
    if (node.least !== node.most) throw refuse();
    return node.least * width(node.part, pattern);
  }
  const [first, ...rest] = node.parts.map((part) => width(part, pattern));
  if (rest.some((one) => one !== first)) throw refuse();
  return first!;
};
