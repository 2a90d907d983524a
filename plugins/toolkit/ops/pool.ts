import type { Node } from '../graph/node.ts';
import { constant } from '../graph/leaves.ts';
import { conv } from './conv.ts';
import { max, mean } from './reduce.ts';
import { concat, expandTo, pad, reshape, slice, unsqueeze } from './shape.ts';

/** A window that is moved over the places of [batch, channels, ...places]. */
export interface Pooling {
  readonly size: number;
  /** Absent: the size, so that windows do not overlap. */
  readonly stride?: number;
  readonly padding?: number;
}
