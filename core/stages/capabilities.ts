import type { Prediction } from '../data/prediction.ts';
import type { Item } from './evaluate.ts';

/** What kind of prediction, of what: logits of the next token, a point for the whole row. */
export interface PredictionForm {
  readonly kind: Prediction['kind'];
  readonly extent: Prediction['extent'];
}

/** What a plugin says of a stage before it is made, by which pipelines are checked; the laws hold the stage to it. */
export interface Capabilities {
  /** The hidden values' kind, of encode, attend and decode alike; stages mix where it is the same. */
  readonly hidden?: string;
  /** Of a decoder: what it predicts. Of a sampler and a processor: what it takes; absent: anything, and of a processor logits of the next token. */
  readonly predictions?: readonly PredictionForm[];
  /** Of a decoder: whether its scores are exact, a bound, or none. Of an evaluator: which it can use; absent: it reads no scores. */
  readonly likelihood?: readonly ('exact' | 'bound' | 'none')[];
  /** Of an evaluator: the items it reads. */
  readonly items?: readonly Item['kind'][];
  /** Of a reader, a writer, a tokenizer and an evaluator: what raw matter is to it (`text`, `image`); absent: anything. */
  readonly raw?: string;
  /** Of a decoder: what else it gives. Of a sampler: what else it needs. Of a tokenizer and an evaluator, `shape`: all its rows have one, and it needs that. */
  readonly extras?: readonly ('features' | 'mask' | 'given' | 'shape')[];
  /** Of an evaluator: only used where it is named, since it takes long. */
  readonly named?: boolean;
  /** What a request may ask for besides sampling: `reconstruct`, `interpolate`. */
  readonly tasks?: readonly string[];
  /** Of a backend: settings that say how it runs, not what it is; a model stands when they change. */
  readonly serving?: readonly string[];
  /** Of a backend: its settings name a model that was trained before, which serves as it stands; what data there is trains it further. */
  readonly trained?: boolean;
  /** How nearly equal its results are alone, shared, cached and chunked; the laws hold it to that. */
  readonly agreement?: 'bitwise' | 'tolerance' | 'statistical';
}

/** What a processor takes that says nothing of it. */
export const NEXT_LOGITS: readonly PredictionForm[] = [{ kind: 'categorical', extent: 'next' }];

/** Whether every prediction is of a whole row at once. */
export const predictsWhole = ({ predictions = [] }: Capabilities): boolean =>
  predictions.length > 0 && predictions.every(({ extent }) => extent === 'whole');

/** Whether something that takes predictions takes some that are given; whoever does not say gives and takes any. */
export const takesSome = (takes: Capabilities['predictions'], gives: Capabilities['predictions']): boolean =>
  !takes || !gives || gives.some((form) => takes.some(({ kind, extent }) => kind === form.kind && extent === form.extent));

/** Forms of predictions in words: `categorical next, point whole`. */
export const formsInWords = (forms: readonly PredictionForm[] = []): string =>
  forms.map(({ kind, extent }) => `${kind} ${extent}`).join(', ');
