import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
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

/** The chat templates that have files of their own: chat_template.json, chat_template.jinja, additional_chat_templates/NAME.jinja. */
const inFiles = (folder: string, prefix: string): Readonly<Record<string, string>> => {
  const [json, jinja, more] = [`${prefix}chat_template.json`, `${prefix}chat_template.jinja`, 'additional_chat_templates'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const additional = existsSync(more) ? filesIn(more).filter((name) => name.endsWith('.jinja')) : [];
  return {
    ...(existsSync(json) && named(new Fields(readJson(readBytes(json), json), json).get('chat_template'), `${json}.chat_template`)),
    ...(existsSync(jinja) && { default: readText(readBytes(jinja), jinja) }),
    ...Object.fromEntries(
      additional.sort().map((name) => [name.slice(0, -'.jinja'.length), readText(readBytes(join(more, name)), join(more, name))]),
    ),
  };
};

const filesIn = (folder: string): readonly string[] => {
  if (!statSync(folder).isDirectory()) throw errors.FILE_UNREADABLE(folder, 'it is no folder');
  return readdirSync(folder);
};

/** A configuration with all chat templates there are beside it: those in files of their own go before its own. */
export const withTemplates = (config: Config, folder: string, prefix: string): Config => {
  const files = inFiles(folder, prefix);
  if (Object.keys(files).length === 0) return config;
  const all = { ...templatesOf(config), ...files };
  const { default: usual, ...others } = all;
  const one = usual !== undefined && Object.keys(others).length === 0;
  return { ...config, chat_template: one ? usual : Object.entries(all).map(([name, template]) => ({ name, template })) };
};
