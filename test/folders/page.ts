import { TOKENIZER_KEYS } from '../../plugins/subword/files/config-keys.ts';
import { GPT2_KEYS, LLAMA_KEYS } from '../../plugins/transformer/loading/family-keys.ts';
import { GENERATION_KEYS } from '../../plugins/transformer/loading/generation-keys.ts';
import type { Keys } from '../../plugins/transformer/loading/keys.ts';
import { ROPE_KEYS } from '../../plugins/transformer/loading/rope-config.ts';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  '',
  ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
];

const list = (reasons: ReadonlyMap<string, readonly string[]>): string[] => [
  '',
  'Changes nothing here:',
  '',
  ...[...reasons].map(([why, names]) => `- ${names.map((name) => `\`${name}\``).join(', ')}: ${why}`),
];

/** What a table of keys says: those that are read, those that are refused, and those that change nothing. */
const printed = (keys: Keys): string[] => {
  const entries = Object.entries(keys);
  const read = entries.flatMap(([name, meaning]) => (meaning.use === 'read' ? [[`\`${name}\``, meaning.why]] : []));
  const refused = entries.flatMap(([name, meaning]) =>
    meaning.use === 'refused'
      ? [[`\`${name}\``, [null, ...meaning.neutral].map((value) => `\`${JSON.stringify(value)}\``).join(', '), meaning.why]]
      : [],
  );
  const reasons = new Map<string, string[]>();
  for (const [name, meaning] of entries)
    if (meaning.use === 'irrelevant') reasons.set(meaning.why, [...(reasons.get(meaning.why) ?? []), name]);
  return [
    ...table(['read', ''], read),
    ...(refused.length > 0 ? table(['refused', 'unless', 'for'], refused) : []),
    ...(reasons.size > 0 ? list(reasons) : []),
  ];
};

const own = (keys: Keys, common: Keys): Keys => Object.fromEntries(Object.entries(keys).filter(([name]) => !(name in common)));

/** The page of what is made of the files of somebody's folder, as the code has it. */
export const page = (): string => {
  const common = Object.fromEntries(Object.entries(LLAMA_KEYS).filter(([name, meaning]) => GPT2_KEYS[name] === meaning));
  return [
    '# What a folder says',
    '',
    'What is made of each key of the files beside a model’s weights: it is read; or it would change what comes out, and the folder is refused by its name unless the value is one of those that say nothing; or it changes nothing here. What stands in none of the tables of the first two files is named in a warning. Printed by `npm run schemas`.',
    '',
    '## generation_config.json',
    '',
    'Where the file is absent, these keys of config.json count; where it is there, they do not, and are named in a warning. Filters of chance count with `do_sample` alone.',
    ...printed(GENERATION_KEYS),
    '',
    '## config.json',
    '',
    'Of a folder with an exported graph alone only the number of ids, the longest row and the tokens that begin and end a row are read: the graph has the rest in it.',
    ...printed(common),
    '',
    '### of gpt2',
    ...printed(own(GPT2_KEYS, common)),
    '',
    '### of llama, mistral, qwen2 and qwen3',
    ...printed(own(LLAMA_KEYS, common)),
    '',
    '### rope_scaling and rope_parameters',
    ...printed(ROPE_KEYS),
    '',
    '## tokenizer_config.json',
    ...table(
      ['read', ''],
      Object.entries(TOKENIZER_KEYS.read).map(([name, why]) => [`\`${name}\``, why]),
    ),
    ...list(new Map(TOKENIZER_KEYS.irrelevant.map(({ why, names }) => [why, names]))),
    '',
  ].join('\n');
};
