import type { Command } from 'commander';
import { leaving } from './leaving.ts';
import { print } from './outlet.ts';
import { collectSamples, showSamples } from './output.ts';
import { type AskFlags, askFrom, askOptions, type OpenFlags, openFrom, pipelineCommand } from './settings.ts';

/** `generate`: stream samples from a model that stands. */
export const generate = (): Command =>
  askOptions(pipelineCommand('generate', 'Stream samples from a trained model.'))
    .option('--json', 'one JSON object on stdout, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright generate pipelines/ngram-text.json --prompt Zir --count 3
  $ stagewright generate models/minerals --option temperature=0.5 --option top_k=40
  $ stagewright generate models/minerals --seed 7 --out names.txt`,
    )
    .action((source: string | undefined, flags: OpenFlags & AskFlags & { json?: boolean }) =>
      leaving(async (signal) => {
        await using pipeline = await openFrom(source, flags, false);
        const ask = await askFrom(pipeline, flags, signal);
        if (flags.out) await print(`${await pipeline.write(ask, flags.out)}\n`);
        else if (flags.json)
          await print(`${JSON.stringify({ pipeline: pipeline.name, samples: await collectSamples(pipeline, ask) }, undefined, 2)}\n`);
        else await showSamples(pipeline, ask);
      }),
    );
