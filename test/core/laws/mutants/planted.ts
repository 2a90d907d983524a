import type { BackendSubject, SamplerSubject, TokenizerSubject } from '../../../../core/laws/index.ts';
import { unitsSubject } from '../honest/code-units.ts';
import { draftingOf } from '../honest/drafting.ts';
import { mixesMemories as mixing } from './backends.ts';
import { ForgetsBack } from './samplers.ts';
import { LosesSurrogates } from './tokenizers.ts';

/** A tokenizer that loses a lone surrogate. */
export const losesSurrogates: TokenizerSubject = unitsSubject(new LosesSurrogates());

/** A sampler that forgets to take back what was rejected. */
export const forgetsBack: SamplerSubject = draftingOf(() => new ForgetsBack());

/** A backend that mixes two rows' memories. */
export const mixesMemories: BackendSubject = mixing();
