import type { Prediction } from '../data/prediction.ts';
import type { Item } from './evaluate.ts';

/** What a plugin declares of its stages, read before anything is built; the laws hold the stages to it. */
export interface Declares {
  /** One line about the stage, where its plugin offers several; absent: the plugin's own. */
  readonly about?: string;
  /** The hidden values' kind, of encode, attend and decode alike; stages mix where it is the same. */
  readonly hidden?: string;
  /** Of a decoder: what it predicts. Of a sampler: what it takes. */
  readonly predictions?: readonly `${Prediction['kind']} ${Prediction['extent']}`[];
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
  /** Of an evaluator: the backend that it looks into, and whose services it is made with; it measures no other. */
  readonly within?: string;
  /** What a request may ask for besides sampling: `reconstruct`, `interpolate`. */
  readonly tasks?: readonly string[];
  /** Of a backend: settings that say how it runs, not what it is; a model stands when they change. */
  readonly serving?: readonly string[];
  /** Of a backend: its settings name a model that was trained before, which serves as it stands; what data there is trains it further. */
  readonly trained?: boolean;
  /** How nearly equal its results are alone, shared, cached and chunked; the laws hold it to that. */
  readonly agreement?: 'bitwise' | 'tolerance' | 'statistical';
}
