import { parse } from '@huggingface/jinja';
import { tokensOf } from '../chat/source.ts';
import { errors } from '../errors.ts';
import { inFile } from './faults.ts';
import type { OpenedTokenizer } from './open.ts';

/** Reads each chat template as far as its syntax, and writes nothing with it. Throws BAD_TEMPLATE with its file. */
export const checkTemplates = ({ compiled: { chatTemplates }, templates = {} }: OpenedTokenizer): void => {
  for (const [name, template] of Object.entries(chatTemplates))
    try {
      parse(tokensOf(template));
    } catch (error) {
      const fault = errors.BAD_TEMPLATE(error instanceof Error ? error.message : String(error));
      throw templates[name] === undefined ? fault : inFile(templates[name], fault);
    }
};
