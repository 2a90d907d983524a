import type { Command } from 'commander';
import { errors } from '../../declaring.ts';
import { leaving } from './leaving.ts';
import { print } from './outlet.ts';
import { showProgress } from './progress.ts';
import { type OpenFlags, openFrom, pipelineCommand } from './settings.ts';

/** `train`: train anew, or only where needed. */
export const train = (): Command =>
  pipelineCommand('train', 'Train where no fitting model stands, and say where the model is.')
    .option('--again', 'train even where a fitting model stands')
    .option('--json', 'one JSON object on stdout, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright train pipelines/ngram-text.json
  $ stagewright train pipelines/ngram-text.json --data "corpus/*.txt.gz" --again`,
    )
    .action((source: string | undefined, flags: OpenFlags & { again?: boolean; json?: boolean }) =>
      leaving(async (signal) => {
        await using pipeline = await openFrom(source, flags);
        const progress = showProgress();
        signal.addEventListener('abort', () => void pipeline.close(), { once: true });
        if (flags.again || (flags.data && pipeline.standing)) {
          const { follow } = await import('../../index.ts'); // loaded late, as all that streams
          await follow(pipeline.train(), progress.say).finally(progress.end);
        }
        const ready = await pipeline.ready(progress.say, signal).finally(progress.end);
        if (ready.lent) throw errors.NO_DATA();
        if (flags.json) await print(`${JSON.stringify({ pipeline: pipeline.name, model: ready }, undefined, 2)}\n`);
        else await print(`${ready.folder ?? 'nothing to learn'}\n`);
      }),
    );
