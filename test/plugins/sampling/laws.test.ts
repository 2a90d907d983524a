import { describe, it } from 'vitest';
import { describeLaws } from '../../../core/laws/index.ts';
import sampling from '../../../plugins/sampling/index.ts';

describeLaws(sampling, {}, { describe, it });
