import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Something that a module exports. */
interface Exported {
  readonly name: string;
  readonly kind: string;
  /** The file that defines it. */
  readonly file: string;
  /** The first sentence of its docstring. */
  readonly about: string;
  /** Of a class: what it can be asked for, each with its first sentence. */
  readonly members: readonly { readonly name: string; readonly about: string }[];
}

const DEFINED =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export (?:declare )?(?:abstract )?(const|class|interface|type|function\*?|async function\*?) ([A-Za-z_$][\w$]*)/g;
const NAMED = /export (?:type )?\{([^}]*)\} from '([^']+)'/g;
const ALL = /export \* from '([^']+)'/g;
const MEMBER = /\n {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}(?:async )?(?:readonly )?(?:get )?([a-z]\w*)(\(|:|<)/g;

/** The first sentence of a docstring; a period and white space end it. */
const sentence = (doc: string | undefined): string => {
  const text = (doc ?? '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, ''))
    .join(' ')
    .trim();
  return /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
};

const bodyOf = (text: string, from: number): string => {
  const end = text.indexOf('\n}', from);
  return text.slice(from, end < 0 ? undefined : end);
};

const membersOf = (body: string): Exported['members'] =>
  [...body.matchAll(MEMBER)].map(([, doc, name]) => ({ name: name!, about: sentence(doc) })).filter(({ name }) => name !== 'constructor');

/** All that a module exports, by name; where a type and a value share one, the value speaks. */
const exportsOf = (file: string): Map<string, Exported> => {
  const text = readFileSync(file, 'utf8');
  const found = new Map<string, Exported>();
  for (const [, from] of text.matchAll(ALL)) for (const [name, one] of exportsOf(join(dirname(file), from!))) found.set(name, one);
  for (const [, list, from] of text.matchAll(NAMED)) {
    const theirs = from!.startsWith('.') ? exportsOf(join(dirname(file), from!)) : new Map<string, Exported>();
    for (const part of list!.split(',')) {
      const [own, as] = part
        .trim()
        .replace(/^type /, '')
        .split(' as ') as [string, string?];
      const one = theirs.get(own);
      if (one) found.set(as ?? own, { ...one, name: as ?? own });
    }
  }
  for (const match of text.matchAll(DEFINED)) {
    const [, doc, kind, name] = match;
    if (found.has(name!) && doc === undefined) continue;
    const members = kind === 'class' ? membersOf(bodyOf(text, match.index)) : [];
    found.set(name!, {
      name: name!,
      kind: kind!.replace('async ', '').replace('*', ''),
      file: relative(ROOT, file),
      about: sentence(doc),
      members,
    });
  }
  return found;
};

const ENTRIES = [
  ['stagewright', 'core/index.ts'],
  ['stagewright/laws', 'core/laws/index.ts'],
  ['stagewright/subword', 'plugins/subword/public.ts'],
] as const;

/** What can be imported, by package entry and by room, as the code says it. */
export const page = (): string => {
  const lines = [
    '# What can be imported',
    '',
    'Printed from the code by `npm run schemas`; a test fails where it drifts. Of each name the first sentence of its docstring; an editor shows the rest. `stagewright/toolkit` has [a page of its own](../plugins/toolkit/README.md).',
  ];
  for (const [entry, file] of ENTRIES) {
    lines.push('', `## ${entry}`);
    const byRoom = new Map<string, Exported[]>();
    for (const one of exportsOf(join(ROOT, file)).values()) {
      const room = dirname(one.file);
      byRoom.set(room, [...(byRoom.get(room) ?? []), one]);
    }
    for (const [room, all] of [...byRoom].sort(([a], [b]) => (a < b ? -1 : 1))) {
      lines.push('', `### ${room}`, '', '| name | | |', '|---|---|---|');
      for (const { name, kind, about, members } of all.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        lines.push(`| \`${name}\` | ${kind} | ${about.replaceAll('|', '\\|')} |`);
        for (const member of members) lines.push(`| \`.${member.name}\` | | ${member.about.replaceAll('|', '\\|')} |`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
};
