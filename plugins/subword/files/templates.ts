import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errors } from '../errors.ts';
import { Fields, shown } from '../fields.ts';
import { readBytes, readJson, readText } from './read-bytes.ts';
import type { Config } from './spec.ts';

/** Chat templates by name, from a value of the field `chat_template`: one text, a list of names and templates, or an object of templates by name. */
const named = (value: unknown, place: string): Readonly<Record<string, string>> => {
  if (value === undefined || value === null) return {};
  if (typeof value === 'string') return { default: value };
  if (Array.isArray(value))
    return Object.fromEntries(
      value.map((item: unknown, i) => {
        const fields = new Fields(item, `${place}[${i}]`);
        return [fields.string('name'), fields.string('template')];
      }),
    );
  if (typeof value !== 'object') throw errors.BAD_FIELD(place, 'a template, or templates by name', shown(value));
  const fields = new Fields(value, place);
  return Object.fromEntries(Object.keys(value).map((name) => [name, fields.string(name)]));
};

/** The chat templates of a configuration. */
export const templatesOf = (config: Config): Readonly<Record<string, string>> =>
  named(config.chat_template, 'tokenizer_config.chat_template');

/** A chat template, its name, and the file that it is read from. */
type Placed = readonly [name: string, template: string, path: string];

/** The chat templates that have files of their own: chat_template.json, chat_template.jinja, additional_chat_templates/NAME.jinja. */
const inFiles = (folder: string, prefix: string): readonly Placed[] => {
  const [json, jinja, more] = [`${prefix}chat_template.json`, `${prefix}chat_template.jinja`, 'additional_chat_templates'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const ofJson = existsSync(json)
    ? named(new Fields(readJson(readBytes(json), json), json).get('chat_template'), `${json}.chat_template`)
    : {};
  const read = (name: string, path: string): Placed => [name, readText(readBytes(path), path), path];
  return [
    ...Object.entries(ofJson).map(([name, template]): Placed => [name, template, json]),
    ...(existsSync(jinja) ? [read('default', jinja)] : []),
    ...(existsSync(more) ? filesIn(more) : []).map((name) => read(name.slice(0, -'.jinja'.length), join(more, name))),
  ];
};

const filesIn = (folder: string): readonly string[] => {
  if (!statSync(folder).isDirectory()) throw errors.FILE_UNREADABLE(folder, 'it is no folder');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jinja'))
    .sort();
};

/** A configuration with all chat templates there are beside it, and by their names the files that these are from: those in files of their own go before its own, which are from `path`. */
export const withTemplates = (
  config: Config,
  path: string,
  prefix: string,
): { readonly config: Config; readonly places: Readonly<Record<string, string>> } => {
  const own = Object.entries(templatesOf(config)).map(([name, template]): Placed => [name, template, path]);
  const files = inFiles(dirname(path), prefix);
  const all = [...own, ...files];
  const places = Object.fromEntries(all.map(([name, , place]) => [name, place]));
  if (files.length === 0) return { config, places };
  const merged = Object.fromEntries(all.map(([name, template]) => [name, template]));
  const one = merged.default !== undefined && Object.keys(merged).length === 1;
  const list = Object.entries(merged).map(([name, template]) => ({ name, template }));
  return { config: { ...config, chat_template: one ? merged.default : list }, places };
};
