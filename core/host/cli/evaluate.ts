import type { Command } from 'commander';
import { leaving } from './leaving.ts';
import { print } from './outlet.ts';
import { type OpenFlags, openFrom, pipelineCommand } from './settings.ts';
import { evaluationTable } from './table.ts';

/** `evaluate`: the measures of a model that stands. */
export const evaluate = (): Command =>
  pipelineCommand('evaluate', 'Measure a trained model on held-out data and on samples.')
    .option('--json', 'one JSON object on stdout, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright evaluate pipelines/ngram-text.json
  $ stagewright evaluate pipelines/ngram-text.json --json`,
    )
    .action((source: string | undefined, flags: OpenFlags & { json?: boolean }) =>
      leaving(async (signal) => {
        await using pipeline = await openFrom(source, flags, false);
        const evaluation = await pipeline.evaluate({ signal });
        await print(
          flags.json ? `${JSON.stringify({ pipeline: pipeline.name, evaluation }, undefined, 2)}\n` : `${evaluationTable(evaluation)}\n`,
        );
      }),
    );
