import type { Diagram } from '../../../index.ts';

const quoted = (text: string): string => `"${text.replaceAll('"', '#quot;').replaceAll('<', '#lt;')}"`;

/** A diagram as Mermaid's flowchart. */
export const mermaid = ({ boxes, arrows }: Diagram): string => {
  const box = ({ id, verb, title }: Diagram['boxes'][number]): string => `${id}[${quoted(`${verb}\u00a0· ${title}`)}]`;
  return [
    'flowchart LR',
    '  subgraph backend',
    ...boxes.filter(({ backend }) => backend).map((one) => `    ${box(one)}`),
    '  end',
    ...boxes.filter(({ backend }) => !backend).map((one) => `  ${box(one)}`),
    ...arrows.map(({ from, to, carries }) => `  ${from} -->|${quoted(carries)}| ${to}`),
    '',
  ].join('\n');
};
