import { type OptionEntry, STAGE_KINDS, type StageEntry } from '../../../index.ts';

/** Every stage and every setting, as the code says them. */
export const markdown = (stages: readonly StageEntry[]): string =>
  [
    '# Stages and settings',
    '',
    'Printed from the code by `npm run schemas`; a test fails where it drifts. In a pipeline a name stands in `use`, its settings in `with`, those of a training in `train`.',
    '',
    ...STAGE_KINDS.flatMap((verb) => {
      const names = stages.filter(({ verbs }) => verbs.includes(verb)).map(({ name }) => `[${name}](#${name})`);
      return names.length === 0 ? [] : [`- ${verb}: ${names.join(', ')}`];
    }),
    '',
    ...stages.flatMap(section),
  ].join('\n');

const section = ({ name, plugin, verbs, about, options, training, declares }: StageEntry): string[] => [
  `## ${name}`,
  '',
  `${about} Of the plugin \`${plugin}\`, to ${verbs.join(', ')}.`,
  '',
  ...table('`with`', options),
  ...table('`train`', training),
  ...declared(declares),
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

const declared = (declares: StageEntry['declares']): string[] => {
  const entries = Object.entries(declares ?? {});
  return entries.length === 0
    ? []
    : [`Declares ${entries.map(([what, value]) => `${what}: ${[value].flat().join(', ')}`).join('; ')}.`, ''];
};

const code = (value: unknown): string => (value === undefined ? '' : `\`${JSON.stringify(value)}\``);

/** A default in brackets; empty where there is none. */
export const presetOf = ({ preset }: OptionEntry): string => (preset === undefined ? '' : ` (default ${JSON.stringify(preset)})`);
