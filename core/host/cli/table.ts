import pc from 'picocolors';
import type { Evaluation } from '../../index.ts';

/** An evaluation as lines: the evaluator, its measures, aligned. */
export const evaluationTable = (evaluation: Evaluation): string => {
  const rows = Object.entries(evaluation).flatMap(([name, measures]) =>
    Object.entries(measures).map(([measure, value], i) => [i === 0 ? name : '', measure, number(value)] as const),
  );
  if (rows.length === 0) return pc.dim('nothing to evaluate: no held-out rows');
  const width = (column: 0 | 1 | 2): number => Math.max(...rows.map((row) => row[column].length));
  return rows
    .map(([name, measure, value]) => `  ${pc.cyan(name.padEnd(width(0)))}  ${measure.padEnd(width(1))}  ${value.padStart(width(2))}`)
    .join('\n');
};

const number = (value: number): string => (Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(5));
