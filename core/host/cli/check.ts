import type { Command } from 'commander';
import pc from 'picocolors';
import { check as faultsOf, where } from '../../declaring.ts';
import { print } from './outlet.ts';
import { type OpenFlags, openingFrom, pipelineCommand, sourceOf } from './settings.ts';

/** `check`: all faults of a pipeline at once, each with its place and the mend; nothing is trained or loaded. */
export const check = (): Command =>
  pipelineCommand('check', 'Say everything that is wrong with a pipeline, without running it.')
    .option('--json', 'one JSON object on stdout, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright check my-pipeline.json
  $ stagewright check my-pipeline.json --json`,
    )
    .action(async (source: string | undefined, flags: OpenFlags & { json?: boolean }) => {
      const faults = await faultsOf(sourceOf(source), openingFrom(flags));
      if (faults.length > 0) process.exitCode = 1;
      if (flags.json) return print(`${JSON.stringify({ ok: faults.length === 0, faults }, undefined, 2)}\n`);
      const lines = faults.map(({ place, path, message }) => `${pc.bold(place ? where(place) : path.join('.'))} ${message}`.trimStart());
      return print(`${lines.join('\n') || 'nothing is wrong'}\n`);
    });
