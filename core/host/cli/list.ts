import { Command } from 'commander';
import pc from 'picocolors';
import { loadPlugins, pipelineSchema, type Registry } from '../../index.ts';
import { print } from './output.ts';

const VERBS = ['read', 'write', 'tokenize', 'encode', 'attend', 'decode', 'sample', 'evaluate', 'train'] as const;

/** `list`: plugins and the stages that they offer. */
export const list = (): Command =>
  new Command('list')
    .description('List plugins, and the stages that they offer.')
    .option('--plugin <modules...>', 'modules of your own stages')
    .option('--schema', 'the JSON schema of pipelines with these plugins, for an editor')
    .option('--json', 'one JSON object on stdout, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright list
  $ stagewright list --schema > pipeline.schema.json`,
    )
    .action(async ({ plugin = [], json, schema }: { plugin?: string[]; json?: boolean; schema?: boolean }) => {
      const registry = await loadPlugins({ named: plugin, base: process.cwd() });
      if (schema) return print(`${JSON.stringify(pipelineSchema(registry), undefined, 2)}\n`);
      return print(json ? `${JSON.stringify(asJson(registry), undefined, 2)}\n` : asText(registry));
    });

const asJson = ({ plugins }: Registry): object => ({
  plugins: plugins.map(({ name, about, stages, options = {} }) => ({
    name,
    about,
    stages: Object.fromEntries(Object.entries(stages).map(([verb, offers]) => [verb, Object.keys(offers ?? {})])),
    options,
  })),
});

const asText = (registry: Registry): string => {
  const plugins = registry.plugins.map(({ name, about }) => `  ${pc.cyan(name.padEnd(12))} ${about}`);
  const verbs = VERBS.map((verb) => {
    const names = registry.offers(verb).map((offer) => offer.name);
    return `  ${pc.cyan(verb.padEnd(12))} ${names.join(', ')}`;
  });
  return `plugins\n${plugins.join('\n')}\n\nstages\n${verbs.join('\n')}\n`;
};
