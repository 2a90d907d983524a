import type { Attention } from '../stages/attend.ts';
import type { Decoder } from '../stages/decode.ts';
import type { Encoder } from '../stages/encode.ts';
import type { Evaluator } from '../stages/evaluate.ts';
import type { Inspector } from '../stages/inspect.ts';
import type { Processor } from '../stages/process.ts';
import type { Reader, Writer } from '../stages/read.ts';
import type { Sampler } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import type { Trainer } from '../stages/train.ts';

/** What each verb of a pipeline is done by. */
export interface StageOfKind {
  read: Reader;
  tokenize: Tokenizer;
  encode: Encoder;
  attend: Attention;
  decode: Decoder;
  process: Processor;
  sample: Sampler;
  evaluate: Evaluator;
  train: Trainer;
  write: Writer;
  inspect: Inspector;
}

/** The verbs of a pipeline: its six stages, and what stands around them. */
export type StageKind = keyof StageOfKind;

/** What a plugin defines in one piece: a backend is encode, attend and decode, and what trains and shows them. */
export type DefinitionKind = 'reader' | 'tokenizer' | 'backend' | 'processor' | 'sampler' | 'evaluator' | 'writer';

/** What is known of a verb wherever verbs are gone through. */
export interface VerbEntry {
  /** Which definitions make it. */
  readonly of: DefinitionKind;
  /** Where a pipeline names it; absent: it comes with its backend. */
  readonly at?: readonly string[];
  /** Whether a pipeline may name several. */
  readonly several?: boolean;
  /** It answers at once, so that no timeout could end it. */
  readonly atOnce?: boolean;
}

/** All verbs, in the order in which a row meets them. */
export const STAGES: Readonly<Record<StageKind, VerbEntry>> = {
  read: { of: 'reader', at: ['data', 'read'], atOnce: true },
  tokenize: { of: 'tokenizer', at: ['stages', 'tokenize'], atOnce: true },
  encode: { of: 'backend', at: ['stages', 'encode'] },
  attend: { of: 'backend', at: ['stages', 'attend'] },
  decode: { of: 'backend', at: ['stages', 'decode'] },
  process: { of: 'processor', at: ['stages', 'sample', 'processors'], several: true, atOnce: true },
  sample: { of: 'sampler', at: ['stages', 'sample'] },
  evaluate: { of: 'evaluator', at: ['stages', 'evaluate'], several: true },
  train: { of: 'backend' },
  write: { of: 'writer', at: ['generate', 'write'], atOnce: true },
  inspect: { of: 'backend' },
};

/** Their names. */
export const STAGE_KINDS = Object.keys(STAGES) as readonly StageKind[];
