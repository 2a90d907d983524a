import { errors } from '../errors.ts';
import { type Fields, make } from '../fields.ts';

/** What a finished sequence is made of: a text's tokens, or special ones. */
export type Slot = { readonly sequence: 0 | 1; readonly type: number } | { readonly ids: readonly number[]; readonly type: number };

/** How special tokens are put around one text, or two. */
export interface Template {
  readonly single: readonly Slot[];
  readonly pair: readonly Slot[];
  /** Spans leave out the white space that tokens begin or end with; `prefixed`: but not the space that was put before the first. */
  readonly trim?: { readonly prefixed: boolean };
  /** Special tokens become part of the texts that they stand beside, where another processor follows; `keeping`: the texts keep the types that they had. */
  readonly joined?: 'keeping' | 'afresh';
}

/** The special ids that stand before one text. */
export const before = ({ single }: Template): readonly number[] => {
  const at = single.findIndex((slot) => 'sequence' in slot);
  return single.slice(0, Math.max(at, 0)).flatMap((slot) => ('ids' in slot ? slot.ids : []));
};

/** No special tokens at all. */
export const bare: Template = {
  single: [{ sequence: 0, type: 0 }],
  pair: [
    { sequence: 0, type: 0 },
    { sequence: 1, type: 1 },
  ],
};

const idOf = (fields: Fields, key: string): { ids: readonly number[] } => {
  const [, id] = fields.list(key);
  return typeof id === 'number' && Number.isInteger(id) ? { ids: [id] } : fields.fail(key, 'a token and its id');
};

const bert = (fields: Fields): Template => {
  const [cls, sep] = [idOf(fields, 'cls'), idOf(fields, 'sep')];
  const single: readonly Slot[] = [
    { ...cls, type: 0 },
    { sequence: 0, type: 0 },
    { ...sep, type: 0 },
  ];
  return { joined: 'keeping', single, pair: [...single, { sequence: 1, type: 1 }, { ...sep, type: 1 }] };
};

const trimmed = (fields: Fields) =>
  fields.boolean('trim_offsets', true) ? { trim: { prefixed: fields.boolean('add_prefix_space', true) } } : {};

const roberta = (fields: Fields): Template => {
  const [cls, sep] = [idOf(fields, 'cls'), idOf(fields, 'sep')];
  const single: readonly Slot[] = [
    { ...cls, type: 0 },
    { sequence: 0, type: 0 },
    { ...sep, type: 0 },
  ];
  const pair: readonly Slot[] = [...single, { ...sep, type: 0 }, { sequence: 1, type: 0 }, { ...sep, type: 0 }];
  return { joined: 'afresh', single, pair, ...trimmed(fields) };
};

const templated = (fields: Fields): Template => {
  const slots = (key: string): readonly Slot[] =>
    fields.objects(key).map((slot) => {
      if (slot.has('Sequence')) {
        const sequence = slot.object('Sequence');
        return { sequence: sequence.choice('id', ['A', 'B']) === 'A' ? 0 : 1, type: sequence.whole('type_id', 0) };
      }
      const special = slot.object('SpecialToken');
      const ids = fields.object('special_tokens').object(special.string('id')).list('ids');
      if (!ids.every((id) => typeof id === 'number' && Number.isInteger(id))) fields.fail('special_tokens', 'ids');
      return { ids: ids as readonly number[], type: special.whole('type_id', 0) };
    });
  return { single: slots('single'), pair: slots('pair') };
};

/** How many slots of a joined pair belong to the first text: its beginning, itself, its end. */
const FIRST = 3;

/** What a processor makes of one part or two: a template, of each of its slots a part; the others, a part of each text with what is around it. */
const onward = (parts: readonly (readonly Slot[])[], { single, pair, joined }: Template, fields: Fields): readonly (readonly Slot[])[] => {
  if (parts.length > 2)
    throw errors.UNSUPPORTED(fields.place, `a post-processor follows one that makes ${parts.length} parts, and takes two`);
  const made = (parts.length === 1 ? single : pair).map((slot) =>
    'ids' in slot ? [slot] : (parts[slot.sequence] ?? []).map((one) => (joined === 'keeping' ? one : { ...one, type: slot.type })),
  );
  return joined ? [made.slice(0, FIRST).flat(), made.slice(FIRST).flat()].filter((part) => part.length > 0) : made;
};

/** Processors one after another, each upon what the last one made, as in the Rust library. */
const sequence = (fields: Fields): Template => {
  const all = fields.objects('processors').map(makeTemplate);
  const trim = all.findLast((one) => one.trim)?.trim;
  const putting = all.filter((one) => one.single !== bare.single);
  if (putting.length < 2) return { ...(putting[0] ?? bare), ...(trim && { trim }) };
  const made = (slots: readonly Slot[]): readonly Slot[] =>
    putting.reduce((parts, one) => onward(parts, one, fields), slots.map((slot) => [slot]) as readonly (readonly Slot[])[]).flat();
  return { single: made(bare.single), pair: made(bare.pair), ...(trim && { trim }) };
};

const makers: Readonly<Record<string, (fields: Fields) => Template>> = {
  BertProcessing: bert,
  ByteLevel: (fields) => ({ ...bare, ...trimmed(fields) }),
  RobertaProcessing: roberta,
  Sequence: sequence,
  TemplateProcessing: templated,
};

/** The template of the post-processor that `fields` describe in the Hugging Face format. */
export const makeTemplate = (fields: Fields): Template => make(fields, makers);
