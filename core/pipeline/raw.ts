import type { RawByTokenizer } from '../../schemas/pipeline-definition.ts';

/** What samples of a pipeline are, as far as its definition says it: text is a string. */
export type RawOf<D> = D extends { readonly stages: { readonly tokenize: infer T } }
  ? T extends keyof RawByTokenizer
    ? RawByTokenizer[T]
    : T extends { readonly use: infer Use }
      ? Use extends keyof RawByTokenizer
        ? RawByTokenizer[Use]
        : unknown
      : unknown
  : unknown;
