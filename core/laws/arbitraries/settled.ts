import type { Offer } from '../../plugin/load.ts';
import { validate } from '../../settings/validate.ts';

type Json = Readonly<Record<string, unknown>>;

/** An entry of a backend without settings that contradict others. */
export const settled = ({ name, plugin }: Offer, written: Json): Json => {
  for (let left = 64; left > 0; left--) {
    const parts = { with: structuredClone(written.with ?? {}), train: structuredClone(written.train ?? {}) };
    for (const [schema, value] of [
      [plugin.options?.[name], parts.with],
      [plugin.training?.[name], parts.train],
    ] as const)
      if (schema) validate(schema, value);
    const [conflict] = plugin.conflicts?.[name]?.(parts.with as never, parts.train as never) ?? [];
    if (!conflict) return written;
    const [part, key] = conflict.path.map(String) as ['with' | 'train', string];
    const { [key]: _, ...rest } = (written[part] ?? {}) as Json;
    written = { ...written, [part]: rest };
  }
  return {};
};
