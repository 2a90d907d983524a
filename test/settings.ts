import type { Plugin } from '../core/plugin/define.ts';
import { validate } from '../core/settings/validate.ts';

/** Settings as a stage gets them: what is left open is filled in by their schema. */
export const filled = <T extends object>(schema: object, settings: T = {} as T): T => {
  const all = structuredClone(settings);
  validate(schema as never, all);
  return all;
};

/** Whether a schema takes settings. */
export const takes = (schema: object, settings: object): boolean => validate(schema as never, structuredClone(settings)).length === 0;

/** The schema of a stage's options. */
export const optionsOf = ({ stages }: Plugin, name: string): object => stages.find((one) => one.name === name && one.options)!.options!;
