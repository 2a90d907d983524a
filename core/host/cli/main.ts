#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { check } from './check.ts';
import { evaluate } from './evaluate.ts';
import { fail } from './fail.ts';
import { generate } from './generate.ts';
import { list } from './list.ts';
import { packageVersion } from './package.ts';
import { replay } from './replay.ts';
import { run } from './run.ts';
import { train } from './train.ts';

const program = new Command('stagewright')
  .description('Generative pipelines: declared in JSON, trained on your own data, streamed from.')
  .version(await packageVersion())
  .showHelpAfterError('(see --help)')
  .exitOverride();
for (const verb of [run, train, generate, evaluate, check, replay, list])
  program.addCommand(verb(), verb === run ? { isDefault: true } : {});
for (const command of program.commands) command.exitOverride();
program.addHelpText(
  'after',
  `
Examples:
  $ stagewright                                        train on mineral names and invent new ones
  $ stagewright --data "texts/*.txt"                   the same from your own text
  $ stagewright run pipelines/ngram-text.json --json   train, sample and evaluate, as one JSON object
  $ stagewright generate pipelines/ngram-text.json --prompt Zir --count 3`,
);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else fail(error);
}
