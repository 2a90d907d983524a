import type { Slot, Template } from '../engine/template.ts';

/** How special tokens are put around texts, in the words of tokenizer.json: `beginning` before one text and nothing behind it, around a pair what the template has. */
export const processorOf = (template: Template, beginning: readonly number[], nameOf: (id: number) => string): object | null => {
  const single: readonly Slot[] = [...beginning.map((id) => ({ ids: [id], type: 0 })), { sequence: 0, type: 0 }];
  const used = [...single, ...template.pair].flatMap((slot) => ('ids' in slot ? slot.ids : []));
  const pieces = (slots: readonly Slot[]): readonly object[] =>
    slots.flatMap((slot): readonly object[] =>
      'ids' in slot
        ? slot.ids.map((id) => ({ SpecialToken: { id: nameOf(id), type_id: slot.type } }))
        : [{ Sequence: { id: slot.sequence === 0 ? 'A' : 'B', type_id: slot.type } }],
    );
  const { trim } = template;
  const trimmed = trim && { type: 'ByteLevel', add_prefix_space: trim.prefixed, trim_offsets: true, use_regex: true };
  if (used.length === 0) return trimmed ?? null;
  const put = {
    type: 'TemplateProcessing',
    single: pieces(single),
    pair: pieces(template.pair),
    special_tokens: Object.fromEntries(used.map((id) => [nameOf(id), { id: nameOf(id), ids: [id], tokens: [nameOf(id)] }])),
  };
  return trimmed ? { type: 'Sequence', processors: [trimmed, put] } : put;
};
