import { Command } from 'commander';
import { loadPlugins } from '../../index.ts';
import { print } from './outlet.ts';

/** `replay`: hold a stage once more to the law that it broke, at the very sample. */
export const replay = (): Command =>
  new Command('replay')
    .description('Hold a stage once more to the law that it broke, at the sample that a repro tells.')
    .argument('<repro>', 'a repro that a law wrote')
    .option('--plugin <modules...>', 'modules of your own stages')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright replay repro.json`,
    )
    .action(async (file: string, { plugin = [] }: { plugin?: string[] }) => {
      const { plugins } = await loadPlugins({ named: plugin, base: process.cwd() });
      const laws = await import('../../laws/index.ts');
      const verdict = await laws.replay(file, { find: (name) => plugins.find((one) => one.name === name) });
      if (verdict.outcome !== 'broken') return print(`${verdict.law}: it holds now\n`);
      process.exitCode = 1;
      return print(`${laws.printFailure(verdict.failure)}\n`);
    });
