import type { Diagram } from '../../../index.ts';

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A diagram in Graphviz' language. */
export const dot = ({ name, boxes, arrows }: Diagram): string => {
  const box = ({ id, verb, title }: Diagram['boxes'][number]): string =>
    `${id} [label=${quoted(`${verb}\n${title}`).replaceAll('\n', '\\n')}];`;
  return [
    `digraph ${quoted(name)} {`,
    '  rankdir=LR;',
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    '  subgraph cluster_backend {',
    '    label="backend"; style=dashed;',
    ...boxes.filter(({ backend }) => backend).map((one) => `    ${box(one)}`),
    '  }',
    ...boxes.filter(({ backend }) => !backend).map((one) => `  ${box(one)}`),
    ...arrows.map(({ from, to, carries }) => `  ${from} -> ${to} [label=${quoted(carries)}];`),
    '}',
    '',
  ].join('\n');
};
