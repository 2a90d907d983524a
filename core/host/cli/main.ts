#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { nearest } from '../../declaring.ts';
import { fail } from './fail.ts';
import { heedReaders, note, print } from './outlet.ts';
import { packageVersion } from './package.ts';

/** Every verb with its module, loaded when it is asked for: a check does not wait for what trains. */
const VERBS: Readonly<Record<string, () => Promise<() => Command>>> = {
  run: async () => (await import('./run.ts')).run,
  train: async () => (await import('./train.ts')).train,
  generate: async () => (await import('./generate.ts')).generate,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  check: async () => (await import('./check.ts')).check,
  explain: async () => (await import('./explain.ts')).explain,
  inspect: async () => (await import('./inspect.ts')).inspect,
  test: async () => (await import('./test.ts')).test,
  replay: async () => (await import('./replay.ts')).replay,
  list: async () => (await import('./list.ts')).list,
  draw: async () => (await import('./draw.ts')).draw,
  new: async () => (await import('./new.ts')).create,
};

const program = new Command('stagewright')
  .description('Generative pipelines: declared in JSON, trained on your own data, streamed from.')
  .version(await packageVersion())
  .showHelpAfterError('(see --help)');
const asked = process.argv[2] ?? '';
const wanted = Object.hasOwn(VERBS, asked) ? [asked] : Object.keys(VERBS);
for (const name of wanted) program.addCommand((await VERBS[name]!())(), { isDefault: name === 'run' });
const printed: Promise<void>[] = [];
let traced = false;
const prepare = (command: Command): void => {
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => printed.push(print(text)), writeErr: note })
    .option('--debug', 'of an error, also where it was thrown and what led to it')
    .on('option:debug', () => {
      traced = true;
    });
  command.commands.forEach(prepare);
};
prepare(program);
program.addHelpText(
  'after',
  `
Examples:
  $ stagewright                                        train on mineral names and invent new ones
  $ stagewright --data "texts/*.txt"                   the same from your own text
  $ stagewright run pipelines/ngram-text.json --json   train, sample and evaluate, as one JSON object
  $ stagewright generate pipelines/ngram-text.json --prompt Zir --count 3`,
);

heedReaders();
if (process.listenerCount('warning') > 0)
  process
    .removeAllListeners('warning')
    .on('warning', ({ name, message }) => note(`${pc.yellow('warning')} ${name === 'StagewrightWarning' ? '' : `${name}: `}${message}\n`));
process.on('uncaughtException', (error) => {
  fail(error, traced);
  process.exit();
});
const known = Object.hasOwn(VERBS, asked) || asked === 'help' || asked.startsWith('-') || existsSync(asked);
const meant = known ? undefined : nearest(asked, Object.keys(VERBS));
try {
  if (meant !== undefined) program.error(`error: there is no verb and no pipeline "${asked}"; did you mean "${meant}"?`, { exitCode: 2 });
  await program.parseAsync().finally(() => Promise.all(printed));
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else fail(error, traced);
}
