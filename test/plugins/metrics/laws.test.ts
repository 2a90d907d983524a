import { describe, it } from 'vitest';
import { describeLaws } from '../../../core/laws/index.ts';
import metrics from '../../../plugins/metrics/index.ts';

describeLaws(metrics, {}, { describe, it });
