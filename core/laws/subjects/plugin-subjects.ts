import fc, { type Arbitrary } from 'fast-check';
import { type Batch, EMPTY, type Row } from '../../data/tokens.ts';
import type { Stages } from '../../decode-loop/model.ts';
import { follow } from '../../decode-loop/stream.ts';
import type { StageContainer } from '../../plugin/container.ts';
import { capabilitiesOf } from '../../plugin/registry.ts';
import type { Processor } from '../../stages/process.ts';
import type { Sampler } from '../../stages/sample.ts';
import type { FittedTokenizer, Tokenizer } from '../../stages/tokenize.ts';
import { item } from '../arbitraries/items.ts';
import { text } from '../arbitraries/text.ts';
import { idTokenizer } from '../fakes/tokenizer.ts';
import type { Kind, Subjects } from '../laws/every.ts';
import { errors } from '../runner/errors.ts';
import { evaluatorSubject } from './as-subject.ts';
import { backendStages, backendWithin, choose, type FromPlugin, filled, rowsOf, stagesIn, VOCABULARY } from './choosing.ts';
import { neutralOf } from './neutral.ts';
import { defined } from './plugin-kinds.ts';
import { type BackendParts, backendSubject, LOOP, type SamplerSubject } from './subjects.ts';

/** A subject, and what closes it. */
export interface MadeSubject<K extends Kind = Kind> {
  readonly subject: Subjects[K];
  close(): Promise<void>;
}

/** Makes a subject through the plugin's own recipes, in a container of its own. */
export const subjectOf = async <K extends Kind>(kind: K, from: FromPlugin): Promise<MadeSubject<K>> =>
  (await makers[kind](from)) as MadeSubject as MadeSubject<K>;

const LINES = ['the quick brown fox', 'Don’t panic, the fox said.', 'a b c 1 2 3', 'été e\u0301 😀 漢字 שלום', '  two  spaces\tand a tab '];

const makers: { readonly [K in Kind]: (from: FromPlugin) => Promise<MadeSubject> } = {
  async tokenizer(from) {
    const { use, corpus = LINES } = from;
    const containers: StageContainer[] = [];
    const fitted = async (on: readonly unknown[]): Promise<Tokenizer> => {
      const { container, chosen } = choose(from, 'tokenizer');
      containers.push(container);
      const tokenizer = await container.make('tokenize', chosen);
      if ('fit' in tokenizer) await follow((tokenizer as FittedTokenizer).fit(each(on)));
      return tokenizer;
    };
    const tokenizer = await fitted(corpus);
    const { raw: kind } = capabilitiesOf({ plugin: from.plugin, definition: defined(from, 'tokenizer') }, from.settings);
    if (!from.raw && kind !== undefined && kind !== 'text') throw errors.NO_RAW(use, kind);
    const pieces = corpus.flatMap((line) => (typeof line === 'string' ? line.split(' ').filter(Boolean) : []));
    const others = 'fit' in tokenizer ? [await fitted(corpus.slice(1))] : [];
    return {
      subject: { tokenizer, raw: from.raw ?? text(pieces), again: await fitted(corpus), others, ...from.parts },
      close: () => closeAll(containers),
    };
  },

  async backend(from) {
    const { container, chosen } = choose(from, 'backend');
    const capabilities = capabilitiesOf(chosen, chosen.settings);
    const rows = rowsOf(from, capabilities);
    const stages = (await backendStages(container, chosen, from)) as Stages; // it has all three, or there is no such subject
    const { vocabulary } = from.tokenizer ?? idTokenizer(VOCABULARY);
    const parts: BackendParts = { stages, capabilities, vocabulary, ...from.parts };
    const subject = backendSubject(parts);
    const known = subject.extent === 'whole' && !subject.row ? { ...subject, row: fromRows(rows) } : subject;
    return { subject: known, close: () => container[Symbol.asyncDispose]() };
  },

  async processor(from) {
    const { settings, parts } = from;
    const schema = Object.keys(settings).length === 0 ? defined(from, 'processor').options : undefined;
    const containers: StageContainer[] = [];
    const make = async (wanted: Readonly<Record<string, unknown>>): Promise<Processor> => {
      const { container, chosen } = choose({ ...from, settings: { ...settings, ...wanted } }, 'processor');
      containers.push(container);
      if (containers.length > MOST) await containers.shift()![Symbol.asyncDispose]();
      return container.make('process', chosen);
    };
    return { subject: { make, ...(schema && { schema }), ...parts }, close: () => closeAll(containers) };
  },

  async sampler(from) {
    const { plugin, use, settings, parts } = from;
    const definition = defined(from, 'sampler');
    const own = definition.options;
    const free = Object.keys(settings).length === 0 ? own : undefined;
    const containers: StageContainer[] = [];
    const make = async (wanted: Readonly<Record<string, unknown>>): Promise<Sampler> => {
      const { container, chosen } = choose({ ...from, settings: { ...settings, ...wanted } }, 'sampler');
      containers.push(container);
      if (containers.length > MOST) await containers.shift()![Symbol.asyncDispose]();
      return container.make('sample', chosen);
    };
    const neutral = free && neutralOf(free);
    const subject: SamplerSubject = {
      make,
      capabilities: capabilitiesOf({ plugin, definition }, free ? filled(free, use, {}) : settings),
      loop: LOOP,
      ...(free && { schema: free }),
      ...(neutral && { neutral }),
      ...parts,
    };
    return { subject, close: () => closeAll(containers) };
  },

  async evaluator(from) {
    const { use, raw = text() } = from;
    const { container, chosen } = choose(from, 'evaluator');
    const { within } = chosen.definition;
    const evaluator = await container.make('evaluate', chosen, within && (await backendWithin(container, within, from)));
    const capabilities = capabilitiesOf(chosen, chosen.settings);
    if (!from.raw && capabilities.raw !== undefined && capabilities.raw !== 'text') throw errors.NO_RAW(use, capabilities.raw);
    const { vocabulary } = from.tokenizer ?? idTokenizer(VOCABULARY);
    const items = item(
      capabilities.items ?? ['generated', 'training', 'real', 'scored'],
      raw,
      vocabulary,
      capabilities.extras?.includes('given'),
    );
    return {
      subject: evaluatorSubject({ evaluator, capabilities, item: items, ...from.parts }),
      close: () => container[Symbol.asyncDispose](),
    };
  },

  async trainer(from) {
    const definition = defined(from, 'trainer');
    const capabilities = capabilitiesOf({ plugin: from.plugin, definition }, filled(definition.options, from.use, from.settings));
    const make = async () => {
      const { container, chosen } = choose(from, 'trainer');
      const stages = await stagesIn(container, chosen);
      const { encoder, attention, decoder } = stages;
      const whole = encoder && attention && decoder && { stages: { encoder, attention, decoder }, artifacts: container.artifacts }; // a pipeline that loads these makes no trainer
      const trainer = await container.make('train', chosen);
      return { trainer, artifacts: container.artifacts, ...whole, close: () => container[Symbol.asyncDispose]() };
    };
    const rows = rowsOf(from, capabilities);
    return { subject: { make, rows, capabilities, ...from.parts }, close: async () => undefined };
  },
};

const closeAll = async (containers: readonly StageContainer[]): Promise<void> => {
  for (const container of containers) await container[Symbol.asyncDispose]();
};

/** So many samplers may be in use at a time. */
const MOST = 8;

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

/** Rows of a corpus, sometimes with one id of another; sometimes of no tokens yet, as a sample begins. */
const fromRows = (rows: Batch<Row>): Arbitrary<Row> =>
  fc.tuple(fc.constantFrom(...rows), fc.constantFrom(...rows), fc.nat(1023)).map(([row, other, at]) => ({
    ...row,
    tokens: at % 4 === 3 ? EMPTY : row.tokens.map((id, i) => (i === at % row.tokens.length ? (other.tokens[i] ?? id) : id)),
  }));
