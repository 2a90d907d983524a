import { Command } from 'commander';
import pc from 'picocolors';
import {
  loadPlugins,
  nearest,
  pipelineSchema,
  pipelineTypes,
  type Registry,
  reference,
  STAGE_KINDS,
  type StageEntry,
} from '../../declaring.ts';
import { inWords, markdown, presetOf } from './drawing/markdown.ts';
import { print } from './outlet.ts';

interface Flags {
  readonly plugin?: readonly string[];
  readonly json?: boolean;
  readonly schema?: boolean;
  readonly docs?: boolean;
  readonly types?: boolean;
}

/** `list`: plugins, the stages that they offer, and of those asked for every setting and what is declared. */
export const list = (): Command =>
  new Command('list')
    .description('List plugins and stages, or every setting of those that are named.')
    .argument('[names...]', 'plugins or stages to show in full')
    .option('--plugin <modules...>', 'modules of your own stages')
    .option('--schema', 'the JSON schema of pipelines with these plugins, for an editor')
    .option('--types', 'the TypeScript types of pipelines with these plugins')
    .option('--docs', 'every stage and every setting as Markdown')
    .option('--json', 'one JSON object on stdout, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright list
  $ stagewright list sampling
  $ stagewright list --plugin ./my-plugin --schema > pipeline.schema.json`,
    )
    .action(async (names: readonly string[], { plugin = [], json, schema, docs, types }: Flags, command: Command) => {
      const registry = await loadPlugins({ named: plugin, base: process.cwd() });
      if (schema) return print(`${JSON.stringify(pipelineSchema(registry), undefined, 2)}\n`);
      if (types) return print(pipelineTypes(registry));
      const all = reference(registry);
      const missing = names.find((name) => !all.some((one) => one.name === name || one.plugin === name));
      if (missing !== undefined) {
        const meant = nearest(missing, [...new Set(all.flatMap((one) => [one.name, one.plugin]))]);
        const mend = meant === undefined ? '; `stagewright list` shows all' : `; did you mean "${meant}"?`;
        command.error(`error: no plugin and no stage is called "${missing}"${mend}`, { exitCode: 2 });
      }
      const shown = names.length === 0 ? all : all.filter((one) => names.includes(one.name) || names.includes(one.plugin));
      if (docs) return print(markdown(shown));
      if (json)
        return print(
          `${JSON.stringify({ plugins: registry.plugins.map(({ name, about }) => ({ name, about })), stages: shown }, undefined, 2)}\n`,
        );
      return print(names.length === 0 ? overview(registry) : shown.map(inFull).join('\n'));
    });

const overview = (registry: Registry): string => {
  const plugins = registry.plugins.map(({ name, about }) => `  ${pc.cyan(name.padEnd(12))} ${about}`);
  const verbs = STAGE_KINDS.map((verb) => [verb, registry.offers(verb).map((offer) => offer.name)] as const)
    .filter(([, names]) => names.length > 0)
    .map(([verb, names]) => `  ${pc.cyan(verb.padEnd(12))} ${names.join(', ')}`);
  return `plugins\n${plugins.join('\n')}\n\nstages\n${verbs.join('\n')}\n\n${pc.dim('`stagewright list NAME` shows every setting.')}\n`;
};

const inFull = ({ name, plugin, verbs, about, options, training, capabilities = {} }: StageEntry): string => {
  const settings = (title: string, entries: StageEntry['options']): string[] =>
    entries.length === 0
      ? []
      : [title, ...entries.map((one) => `  ${pc.cyan(one.path)}  ${one.form}${pc.dim(presetOf(one))}\n      ${one.about}`)];
  return [
    `${pc.bold(name)}  ${pc.dim(`${verbs.join(', ')} · plugin ${plugin}`)}`,
    about,
    ...settings('with', options),
    ...settings('train', training),
    ...Object.entries(capabilities).map(([what, value]) => pc.dim(`${what}: ${inWords(value)}`)),
    '',
  ].join('\n');
};
