import type { Offer } from '../../plugin/registry.ts';
import { validate } from '../../settings/validate.ts';

type Json = Readonly<Record<string, unknown>>;

/** An entry of a backend without settings that contradict others. */
export const settled = ({ definition }: Offer, written: Json): Json => {
  for (let left = 64; left > 0; left--) {
    const parts = { with: structuredClone(written.with ?? {}), train: structuredClone(written.train ?? {}) };
    for (const [schema, value] of [
      [definition.options, parts.with],
      [definition.training, parts.train],
    ] as const)
      if (schema) validate(schema, value);
    const [conflict] = definition.conflicts?.(parts.with as never, parts.train as never) ?? [];
    if (!conflict) return written;
    const [part, key] = conflict.path.map(String) as ['with' | 'train', string];
    const { [key]: _, ...rest } = (written[part] ?? {}) as Json;
    written = { ...written, [part]: rest };
  }
  return {};
};
