import { type OptionEntry, STAGE_KINDS, type StageEntry } from '../../../index.ts';

/** Every stage and every setting, as the code says them. */
export const markdown = (stages: readonly StageEntry[]): string =>
  [
    '# Stages and settings',
    '',
    'Printed from the code by `npm run schemas`; a test fails where it drifts. In a pipeline a name stands in `use`, its settings in `with`, those of a training in `train`.',
    '',
    ...STAGE_KINDS.flatMap((verb) => {
      const names = stages.filter(({ verbs }) => verbs.includes(verb)).map((one) => `[${one.name}](#${anchorOf(titleOf(one, stages))})`);
      return names.length === 0 ? [] : [`- ${verb}: ${names.join(', ')}`];
    }),
    '',
    ...stages.flatMap((one) => section(one, titleOf(one, stages))),
  ].join('\n');

/** A stage's name; where a reader and a writer share one, with what it does. */
const titleOf = ({ name, verbs }: StageEntry, stages: readonly StageEntry[]): string =>
  stages.filter((one) => one.name === name).length > 1 ? `${name} (${verbs.join(', ')})` : name;

const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

const section = ({ plugin, verbs, about, options, training, capabilities }: StageEntry, title: string): string[] => [
  `## ${title}`,
  '',
  `${about} Of the plugin \`${plugin}\`, to ${verbs.join(', ')}.`,
  '',
  ...table('`with`', options),
  ...table('`train`', training),
  ...capable(capabilities),
];

const table = (title: string, entries: readonly OptionEntry[]): string[] =>
  entries.length === 0
    ? []
    : [
        `| ${title} | what it may be | default | what it does | example |`,
        '|---|---|---|---|---|',
        ...entries.map((one) => {
          const cells = [`\`${one.path}\``, one.form, code(one.preset), one.about, code(one.examples[0])];
          return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
        }),
        '',
      ];

const capable = (capabilities: StageEntry['capabilities']): string[] => {
  const entries = Object.entries(capabilities ?? {});
  return entries.length === 0 ? [] : [`Capabilities: ${entries.map(([what, value]) => `${what}: ${inWords(value)}`).join('; ')}.`, ''];
};

const code = (value: unknown): string => (value === undefined ? '' : `\`${JSON.stringify(value)}\``);

/** A default in brackets; empty where there is none. */
export const presetOf = ({ preset }: OptionEntry): string => (preset === undefined ? '' : ` (default ${JSON.stringify(preset)})`);

/** A capability in words. */
export const inWords = (value: unknown): string =>
  [value]
    .flat()
    .map((one) => (typeof one === 'object' ? Object.values(one as object).join(' ') : String(one)))
    .join(', ');
