import { describe, it } from 'vitest';
import { processed, type Sampler } from '../../../core/index.ts';
import { describeLaws } from '../../../core/laws/index.ts';
import sampling from '../../../plugins/sampling/index.ts';
import { MinPProcessor } from '../../../plugins/sampling/processors/min-p.ts';
import { RepetitionPenaltyProcessor } from '../../../plugins/sampling/processors/repetition-penalty.ts';
import { TemperatureProcessor } from '../../../plugins/sampling/processors/temperature.ts';
import { TopKProcessor } from '../../../plugins/sampling/processors/top-k.ts';
import { TopPProcessor } from '../../../plugins/sampling/processors/top-p.ts';
import { Sampling } from '../../../plugins/sampling/sampling.ts';
import { PLAIN } from '../../../plugins/sampling/usable.ts';

/** What `sampling` does in one go, one after the other, in Hugging Face's order. */
const chain = (told: object): Sampler => {
  const settings = { ...PLAIN, ...told };
  const all = {
    repetition_penalty: new RepetitionPenaltyProcessor(settings),
    temperature: new TemperatureProcessor(settings),
    top_k: new TopKProcessor(settings),
    top_p: new TopPProcessor(settings),
    min_p: new MinPProcessor(settings),
  };
  const processors = Object.entries(all).map(([name, processor]) => ({ name, processor }));
  return processed(processors, new Sampling(PLAIN));
};

const others = sampling.stages.map(({ name }) => name).filter((name) => name !== 'sampling');
for (const use of others) describeLaws(sampling, {}, { describe, it, use });
describeLaws(sampling, {}, { describe, it, use: 'sampling', parts: { sampler: { plain: chain } } });
