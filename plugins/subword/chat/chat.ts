import type { Message } from '../../../core/index.ts';
import { errors } from '../errors.ts';
import { render } from './render.ts';

/** What a template is told besides the conversation. */
export interface ChatOptions {
  /** Another template than the tokenizer's own; or the name of one of its own: `tool_use`. */
  readonly template?: string;
  /** Whether the text ends where the model is to answer; absent: yes. */
  readonly add_generation_prompt?: boolean;
  /** More variables of the template: `tools`, `documents`, which are none where they are absent. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** How long the template may take; absent: 5. */
  readonly seconds?: number;
}

/** Chat templates by their names. */
export type Templates = Readonly<Record<string, string>>;

/** Seconds that a template may take: a thousand times what those of models take. */
const PATIENCE = 5;

const NAME = /^[\w.-]*$/;

/** The template that is meant: a text, one of those there are by its name, that for tools where there are tools, else the usual one. */
const chosen = (templates: Templates, asked: string | undefined, tools: unknown): string => {
  const names = Object.keys(templates);
  if (asked !== undefined && !NAME.test(asked)) return asked;
  if (asked === undefined && names.length === 0) throw errors.NO_TEMPLATE();
  const usual = tools !== undefined && tools !== null && Object.hasOwn(templates, 'tool_use') ? 'tool_use' : 'default';
  const name = asked ?? (names.length === 1 ? names[0]! : usual);
  const template = Object.hasOwn(templates, name) ? templates[name] : undefined;
  if (template === undefined) throw errors.UNKNOWN_TEMPLATE(name, names);
  return template;
};

/** A conversation as the text that a model was trained to go on from: by a template, which may name the special tokens. Throws NO_TEMPLATE, UNKNOWN_TEMPLATE, BAD_TEMPLATE, TEMPLATE_STOPPED. */
export const renderChat = (
  messages: readonly Message[],
  templates: Templates,
  names: Readonly<Record<string, string>>,
  { template, add_generation_prompt = true, variables = {}, seconds = PATIENCE }: ChatOptions = {},
): string =>
  render(
    chosen(templates, template, variables.tools),
    { tools: null, documents: null, ...names, ...variables, messages, add_generation_prompt },
    seconds,
  );
