import { InvalidPipeline } from '../definition/parse.ts';
import type { ChosenStage } from '../plugin/container.ts';
import { capabilitiesOf } from '../plugin/registry.ts';
import { type Capabilities, formsInWords } from '../stages/capabilities.ts';
import { type OpenOptions, prepare } from './prepare.ts';

/** A pipeline as boxes and arrows, for a face to draw. */
export interface Diagram {
  readonly name: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** A stage of a diagram, or what stands at its ends. */
export interface Box {
  readonly id: string;
  /** What it does: the verb. */
  readonly verb: string;
  /** Who does it. */
  readonly title: string;
  /** Its column, and its row below the main line. */
  readonly at: readonly [column: number, row: number];
  /** Whether it belongs to the backend. */
  readonly backend?: boolean;
}

/** What flows from one box to another. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** What flows: the type. */
  readonly carries: string;
}

/** What a pipeline is made of and what flows between its stages, as they declare it. Throws InvalidPipeline with all its faults. */
export const diagram = async (source: string | object, options: OpenOptions = {}): Promise<Diagram> => {
  const { resolved, faults } = await prepare(source, options);
  if (!resolved) throw new InvalidPipeline(faults);
  const { definition, tokenize, encode, attend, decode, processors, sample, evaluate, train, read } = resolved;
  const { data, name } = definition;
  const of = (one: ChosenStage): Capabilities => capabilitiesOf(one, one.settings);
  const raw = of(tokenize).raw ?? 'raw';
  const hidden = of(decode).hidden ?? 'hidden';
  const predictions = of(decode).predictions ?? [];
  const again = predictions.some(({ extent }) => extent === 'next') || predictions.length === 0;
  const reads = (...kinds: string[]): boolean =>
    evaluate.some((one) => (of(one).items ?? ['generated']).some((kind) => kinds.includes(kind)));
  const arrow = (from: string, to: string, carries: string): Arrow => ({ from, to, carries });
  const boxes: Box[] = [
    ...(data ? [{ id: 'data', verb: read ? `read: ${read.name}` : 'data', title: shorten(data.train), at: [0, 0] as const }] : []),
    { id: 'tokenize', verb: 'tokenize', title: tokenize.name, at: [1, 0] },
    { id: 'encode', verb: 'encode', title: encode.name, at: [2, 0], backend: true },
    { id: 'attend', verb: 'attend', title: attend.name, at: [3, 0], backend: true },
    { id: 'decode', verb: 'decode', title: decode.name, at: [4, 0], backend: true },
    { id: 'sample', verb: 'sample', title: [...processors, sample].map((one) => one.name).join(', '), at: [5, 0] },
    { id: 'out', verb: 'detokenize', title: raw, at: [6, 0] },
    ...(train ? [{ id: 'train', verb: 'train', title: train.name, at: [3, 1] as const }] : []),
    ...(evaluate.length > 0
      ? [{ id: 'evaluate', verb: 'evaluate', title: evaluate.map((one) => one.name).join(', '), at: [5, 1] as const }]
      : []),
  ];
  const arrows: Arrow[] = [
    ...(data ? [arrow('data', 'tokenize', raw)] : []),
    arrow('tokenize', 'encode', 'ids'),
    arrow('encode', 'attend', hidden),
    arrow('attend', 'decode', hidden),
    arrow('decode', 'sample', formsInWords(predictions) || 'prediction'),
    arrow('sample', 'out', 'ids'),
    arrow('sample', 'encode', again ? 'ids read next' : 'rows of the next round'),
    ...(train ? [arrow('tokenize', 'train', 'rows'), arrow('train', 'attend', 'model')] : []),
    ...(reads('scored') ? [arrow('decode', 'evaluate', 'nats')] : []),
    ...(reads('generated', 'training', 'real') ? [arrow('out', 'evaluate', 'samples')] : []),
  ];
  return { name, boxes, arrows };
};

const shorten = (files: readonly string[]): string => {
  const [first = '', ...rest] = files;
  const name = first.split('/').at(-1)!;
  return rest.length > 0 ? `${name} and ${rest.length} more` : name;
};
