import type { Command } from 'commander';
import pc from 'picocolors';
import { leaving } from './leaving.ts';
import { note, print } from './outlet.ts';
import { collectSamples, showSamples } from './output.ts';
import { showProgress } from './progress.ts';
import { type AskFlags, askFrom, askOptions, type OpenFlags, openFrom, pipelineCommand } from './settings.ts';
import { evaluationTable } from './table.ts';

/** `run`: train where no fitting model stands, stream samples, print the evaluation. */
export const run = (): Command =>
  askOptions(pipelineCommand('run', 'Train where no fitting model stands, stream samples, print the evaluation.'))
    .option('--json', 'one JSON object on stdout, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright run                                    the quickstart: invented mineral names
  $ stagewright run pipelines/ngram-text.json --data book.txt --set backends.ngram.with.order=4`,
    )
    .action((source: string | undefined, flags: OpenFlags & AskFlags & { json?: boolean }) =>
      leaving(async (signal) => {
        await using pipeline = await openFrom(source, flags);
        const ask = await askFrom(pipeline, flags, signal);
        const began = performance.now();
        const progress = showProgress();
        const ready = await pipeline.ready(progress.say, signal).finally(progress.end);
        const readied = performance.now();
        const say = (text: string): void => note(`${pc.dim(text)}\n`);
        say(
          ready.trained
            ? `trained in ${seconds(readied - began)} (${ready.why.join('; ')}): ${ready.folder}`
            : ready.folder
              ? `the model stands: ${ready.folder}`
              : ready.lent
                ? 'nothing was trained: there is no data, and the model that the settings name stands'
                : 'nothing to learn',
        );
        for (const { message } of pipeline.tools.aside) say(`set aside: ${message}`);
        if (flags.json) {
          const samples = flags.out ? await pipeline.write(ask, flags.out) : await collectSamples(pipeline, ask);
          const sampled = performance.now();
          const evaluation = await pipeline.evaluate({ signal });
          const times = { ready: ms(readied - began), generate: ms(sampled - readied), evaluate: ms(performance.now() - sampled) };
          await print(
            `${JSON.stringify({ pipeline: pipeline.name, model: ready, samples, evaluation, milliseconds: times }, undefined, 2)}\n`,
          );
          return;
        }
        if (flags.out) say(`samples: ${await pipeline.write(ask, flags.out)}`);
        else {
          await print('\n');
          await showSamples(pipeline, ask);
        }
        await print(`\n${evaluationTable(await pipeline.evaluate({ signal }))}\n`);
      }),
    );

const ms = (time: number): number => Math.round(time);
const seconds = (time: number): string => `${(time / 1000).toFixed(1)} s`;
