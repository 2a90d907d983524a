import { stat, writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { check, errors, InvalidPipeline, loadPlugins, pipelineSchema, type StageKind } from '../../index.ts';
import { print } from './outlet.ts';
import { shipped } from './package.ts';

interface Flags {
  readonly data?: readonly string[];
  readonly rows?: string;
  readonly tokenize?: string;
  readonly backend?: string;
  readonly sample?: string;
  readonly plugin?: readonly string[];
}

/** `new pipeline`: asks what is not said where somebody can answer, takes defaults elsewhere, and writes a file that `check` finds nothing wrong with. */
export const newPipeline = (): Command =>
  new Command('pipeline')
    .description('Begin a pipeline; what no flag says is asked on a terminal.')
    .argument('[file]', "the pipeline's file", 'pipeline.json')
    .option('--data <files...>', 'files or globs to learn from (default: mineral names)')
    .option('--rows <rows>', 'what one sequence is: document or lines')
    .option('--tokenize <name>', 'the tokenizer')
    .option('--backend <name>', 'the backend')
    .option('--sample <name>', 'the sampler')
    .option('--plugin <modules...>', 'modules of your own stages')
    .addHelpText(
      'after',
      '\nExamples:\n  $ stagewright new pipeline\n  $ stagewright new pipeline names.json --data names.txt --backend ngram',
    )
    .action(async (file: string, flags: Flags) => {
      const path = resolve(file);
      const folder = dirname(path);
      if (await stat(path).catch(() => undefined)) throw errors.NEW_EXISTS(file);
      const registry = await loadPlugins({ named: flags.plugin ?? [], base: process.cwd() });
      const names = (verb: StageKind): string[] => registry.offers(verb).map((offer) => offer.name);
      const ask = asker();
      const here = (one: string): string => relative(folder, resolve(one)) || '.';
      const train = flags.data?.map(here) ?? [await ask('files to learn from', here(shipped('pipelines/data/minerals.txt')))];
      const definition = {
        $schema: flags.plugin ? `./${basename(path, '.json')}.schema.json` : here(shipped('schemas/pipeline.schema.json')),
        name: basename(path, '.json').replace(/[^A-Za-z0-9._-]/g, '-'),
        ...(flags.plugin && { plugins: flags.plugin.map((one) => (one.startsWith('.') ? `./${here(one)}` : one)) }),
        data: {
          train: train.length === 1 ? train[0] : train,
          valid: 0.1,
          rows: flags.rows ?? (await ask('rows', 'lines', ['lines', 'document'])),
        },
        stages: {
          tokenize: flags.tokenize ?? (await ask('tokenizer', 'characters', names('tokenize'))),
          backend: flags.backend ?? (await ask('backend', 'ngram', names('decode'))),
          sample: flags.sample ?? (await ask('sampler', 'sampling', names('sample'))),
          evaluate: 'auto',
        },
        generate: { count: 10 },
        seed: 7,
      };
      ask.end();
      const faults = (await check(definition, { plugins: flags.plugin ?? [] })).filter(
        ({ path: [first] }) => first !== 'data' && first !== 'plugins',
      );
      if (faults.length > 0) throw new InvalidPipeline(faults);
      await writeFile(path, `${JSON.stringify(definition, undefined, 2)}\n`, { flag: 'wx' });
      if (flags.plugin) await writeFile(resolve(folder, definition.$schema), `${JSON.stringify(pipelineSchema(registry), undefined, 2)}\n`);
      await print(`${file}\n\nnext: npx stagewright run ${file}\n`);
    });

/** Asks on a terminal; elsewhere takes the default. */
const asker = () => {
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  const ask = async (what: string, preset: string, known?: readonly string[]): Promise<string> =>
    (await lines?.question(`${what}${known ? ` (${known.join(', ')})` : ''} [${preset}]: `)) || preset;
  return Object.assign(ask, { end: () => lines?.close() });
};
