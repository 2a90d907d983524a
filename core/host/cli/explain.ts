import type { Command } from 'commander';
import pc from 'picocolors';
import { explain as explanationOf } from '../../index.ts';
import { print } from './outlet.ts';
import { type OpenFlags, openingFrom, pipelineCommand, sourceOf } from './settings.ts';

/** `explain`: every effective setting, and where it came from. */
export const explain = (): Command =>
  pipelineCommand('explain', 'Say every effective setting of a pipeline, and where it came from.')
    .option('--json', 'one JSON object on stdout, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright explain pipelines/ngram-text.json
  $ stagewright explain pipelines/ngram-text.json --set stages.backend=ngram --json`,
    )
    .action(async (source: string | undefined, flags: OpenFlags & { json?: boolean }) => {
      const { name, settings, aside } = await explanationOf(sourceOf(source), openingFrom(flags));
      if (flags.json) return print(`${JSON.stringify({ name, settings, aside }, undefined, 2)}\n`);
      const rows = settings.map(({ path, value, from }) => [path, JSON.stringify(value), from] as const);
      const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
      const lines = rows.map(([path, value, from]) => `  ${pc.cyan(path.padEnd(width(0)))}  ${value.padEnd(width(1))}  ${pc.dim(from)}`);
      const left = aside.map(({ message }) => `  ${message}`);
      return print(`${name}\n${lines.join('\n')}\n${left.length > 0 ? `\nset aside\n${left.join('\n')}\n` : ''}`);
    });
