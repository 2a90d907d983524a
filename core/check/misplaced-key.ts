import type { TSchema } from 'typebox';
import { Definition } from '../definition/schema.ts';
import type { Registry } from '../plugin/registry.ts';
import type { OptionFault } from '../settings/wording.ts';

/** A fault about an unknown key that belongs elsewhere says where; every other stays as it is. */
export const withRightPlace = (fault: OptionFault, definition: Definition, registry: Registry): OptionFault => {
  const key = fault.unknown;
  if (key === undefined || fault.suggestion !== undefined) return fault;
  const home = homes(definition, registry).find(
    ([path, schema]) => path !== fault.path.slice(0, -1).join('.') && keysOf(schema).includes(key),
  );
  if (!home) return fault;
  const [path] = home;
  const suggestion = path === '' ? key : `${path}.${key}`;
  return { ...fault, message: `unknown key "${key}"; it belongs ${path === '' ? 'at the top of the file' : `in "${path}"`}.`, suggestion };
};

const keysOf = (schema: TSchema | undefined): string[] => Object.keys((schema as { properties?: object } | undefined)?.properties ?? {});

/** Every place of a pipeline that has settings, with their schema; nearer to its heart first. */
const homes = ({ stages, backends }: Definition, { find }: Registry): (readonly [string, TSchema | undefined])[] => {
  const { generate, evaluate, data, stages: verbs } = Definition.properties;
  const entry = stages?.backend ?? '';
  const backend = find('decode', backends?.[entry]?.use ?? entry);
  const stage = (['tokenize', 'sample'] as const).map((verb) => {
    const offer = find(verb, stages?.[verb]?.use ?? '');
    return [`stages.${verb}.with`, offer?.definition.options] as const;
  });
  return [
    ['', Definition],
    ['data', data],
    ['stages', verbs],
    ['generate', generate],
    ...stage,
    [`backends.${entry}.with`, backend?.definition.options],
    [`backends.${entry}.train`, backend?.definition.training],
    ['evaluate', evaluate],
  ];
};
